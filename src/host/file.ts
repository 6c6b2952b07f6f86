import { constants, existsSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../errors.ts';

/** How the names of what is being made or removed begin: a crash may leave such. */
export const temporaryPrefix = '.tmp-';

/** What `act` gives, or undefined where the system refused. */
export function unlessFailing<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Removes a file; where it is not there, or the file system refuses, it stays. */
export function removeIfPossible(path: string): void {
  unlessFailing(() => { unlinkSync(path); });
}

/** Removes an empty folder. */
export function removeEmptyDir(path: string): void {
  rmdirSync(path);
}

/**
 * Replaces the content of `path` in one step: a reader, or our own end at any moment, meets the old text or
 * the new one. It does not wait for the disk: a power cut can leave an empty file, which every reader takes for damaged.
 * A symbolic link at `path` is replaced, not followed.
 *
 * @param temporary in the same file system, and always the same for a `path`: what a crash left there goes at the next write
 */
export function writeFileAtomic(path: string, text: string, mode = 0o600, temporary = join(dirname(path), `${temporaryPrefix}${basename(path)}`)): void {
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx', mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The text of `path`, or undefined where nothing is there. */
export function readTextIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * True where something else lies in the place of a file, or of a folder on its way: what the file said is gone. Any other
 * error of a read says nothing of what the file says.
 */
export function isReplaced(error: unknown): boolean {
  return replacedErrnos.has(errnoOf(error));
}

const replacedErrnos: ReadonlySet<string | undefined> = new Set(['EISDIR', 'ENOTDIR', 'ELOOP']);

/** The bytes of `path`, or undefined where nothing is there. */
export function readBytesIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names in the folder `path`, sorted by code unit; empty where there is no folder. */
export function listDir(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** True where something is at `path`, links followed; a broken link, or a path through a file, is nothing. */
export function pathExists(path: string): boolean {
  return existsSync(path);
}

/** As `pathExists`, for what must not pass for gone where the file system does not say: that throws. */
export function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** "major:minor" of the block device at `path`; undefined for anything else. */
export function deviceNumber(path: string): string | undefined {
  const found = existsSync(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isBlockDevice() !== true) return undefined;
  // The layout of glibc's gnu_dev_major and gnu_dev_minor.
  const device = BigInt(found.rdev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** True where a folder is at `path`, links followed. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Makes `path` and its parents for the owner alone; a folder that exists keeps its mode. */
export function makePrivateDir(path: string): void {
  // mkdir takes the lock of the folder around it, also where there is nothing to make.
  if (isFolder(path)) return;
  makeFolders(path, 0o700);
}

/**
 * Makes `path` and its parents; fine where it is there. Throws the kernel's own reason: node's recursive mkdir says ENOENT
 * where a parent cannot be made because the file system is read-only.
 */
export function makeFolders(path: string, mode: number): void {
  try {
    makeFolder(path, mode);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolders(dirname(path), mode);
    // Once: a folder of /proc is there, and yet says ENOENT.
    makeFolder(path, mode);
  }
}

function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
}

/** Opens a folder, to go on from there by `below`; ELOOP or ENOTDIR for a link. */
export function openFolder(path: string | Buffer): number {
  return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

/** The path of `name`, its bytes as latin1, in an open folder. */
export function below(folder: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${folder}/${name}`, 'latin1');
}
