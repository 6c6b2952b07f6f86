import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { ReconcileError, errnoOf } from '../../errors.ts';
import { hintOf } from '../../system-hint.ts';
import { isGone, readPids } from './cgroup-file.ts';

export function dirExists(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** Names of the child cgroups, sorted; empty where the directory is gone. Symbolic links are no children. */
export function childrenOf(dir: string): string[] {
  return entriesOf(dir).filter((entry) => entry.isDirectory()).map((entry) => entry.name).sort();
}

/** True where a cgroup has that file of the kernel. To list a directory of the kernel's costs more than a few such questions. */
export function hasFile(dir: string, name: string): boolean {
  return statSync(`${dir}/${name}`, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** `dir` and every cgroup below it, deepest first. */
export function subtreeOf(dir: string): string[] {
  const below = hasChildren(dir) ? childrenOf(dir).flatMap((name) => subtreeOf(`${dir}/${name}`)) : [];
  return [...below, dir];
}

/** Every process in `dir` and below. */
export function pidsOfSubtree(dir: string): number[] {
  return subtreeOf(dir).flatMap(readPids);
}

/** Makes one directory; fine where it is there. Throws ERR_CGROUP_WRITE. */
export function makeCgroup(dir: string): void {
  try {
    mkdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST' && dirExists(dir)) return;
    throw makeError(dir, error);
  }
}

/**
 * Removes `dir` and every cgroup below it, deepest first; true where nothing is left.
 * A cgroup with processes is left: the kernel refuses, and that is no error here.
 */
export function removeSubtree(dir: string): boolean {
  if (removeCgroup(dir)) return true;
  if (!hasChildren(dir)) return false;
  let removed = true;
  for (const each of subtreeOf(dir)) {
    removed = removeCgroup(each) && removed;
  }
  return removed;
}

/** Removes one empty cgroup; true where it is gone, false where it has processes or children. */
export function removeCgroup(dir: string): boolean {
  try {
    rmdirSync(dir);
    return true;
  } catch (error) {
    if (isGone(error)) return true;
    const errno = errnoOf(error);
    if (errno === 'EBUSY' || errno === 'ENOTEMPTY') return false;
    // A read-only mount refuses before it looks.
    if (!dirExists(dir)) return true;
    throw new ReconcileError('ERR_CGROUP_WRITE', `remove ${dir}: ${errno}`, { hint: hintOf(errno), cause: error });
  }
}

function entriesOf(dir: string): Dirent[] {
  try {
    return readdirSync(dir, { withFileTypes: true });
  } catch (error) {
    if (isGone(error)) return [];
    throw new ReconcileError('ERR_CGROUP_READ', `list ${dir}: ${errnoOf(error)}`, { cause: error });
  }
}

/** The kernel counts a directory's children in its link count; other file systems may say 1, which tells nothing. */
function hasChildren(dir: string): boolean {
  const links = statSync(dir, { throwIfNoEntry: false })?.nlink;
  return links !== undefined && links !== 2;
}

function makeError(dir: string, error: unknown): ReconcileError {
  const errno = errnoOf(error);
  const reason = errno === undefined ? undefined : makeReasons[errno];
  const message = reason === undefined ? `make ${dir}: ${errno}` : `make ${dir}: ${errno}, ${reason}`;
  return new ReconcileError('ERR_CGROUP_WRITE', message, { hint: 'choose another --cgroup-parent', cause: error });
}

const makeReasons: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EAGAIN: 'an ancestor allows no more cgroups: cgroup.max.depth or cgroup.max.descendants',
  EEXIST: 'a kernel file has that name',
  ENOENT: 'its parent is gone',
  ENOTSUP: 'its parent is threaded',
  EPERM: 'not permitted',
  EROFS: 'the cgroup file system is mounted read-only',
};
