import { chmodSync, chownSync, lstatSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import { isWithin } from '../../state/path.ts';
import { hostTree, resolveBeneath } from './resolve-beneath.ts';
import type { Tree } from './resolve-beneath.ts';

/** Where the runtime will mount something: the place must be there, and be of the same kind. */
export interface MountTarget {
  /** Absolute in the container. */
  readonly path: string;
  /** `file` for a bind mount of anything that is no folder. */
  readonly kind: 'dir' | 'file';
}

/** What every container gets from the runtime. */
export const kernelTargets: readonly MountTarget[] = ['/proc', '/dev', '/sys'].map((path) => ({ path, kind: 'dir' }));

/**
 * The targets that have no place in the tree, where links in it lead, sorted. Those that lie in another target come
 * into being in what is mounted there. Throws ERR_ROOTFS where something of another kind is in the place.
 */
export function missingTargets(tree: Tree, targets: readonly MountTarget[]): MountTarget[] {
  const resolved = targets.map(({ path, kind }) => ({ kind, asked: path, ...resolveBeneath(tree, path) }));
  const places = new Map<string, MountTarget>();
  for (const { path, kind, asked, entry, blocked } of resolved) {
    if (resolved.some((other) => other.path !== path && isWithin(path, [other.path]))) continue;
    if (blocked !== undefined)
      throw wrongPlace(asked, blocked === 'loop' ? 'links lead in a circle' : 'a file is in the way');
    if (entry !== undefined && (entry.type === 'folder') !== (kind === 'dir')) {
      throw wrongPlace(
        asked,
        entry.type === 'folder' ? 'a folder is there, the source is a file' : 'a file is there, the source is a folder',
      );
    }
    if (entry === undefined) places.set(path, { path, kind });
  }
  return [...places.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function wrongPlace(target: string, reason: string): ReconcileError {
  return new ReconcileError('ERR_ROOTFS', `mount target ${target}: ${reason}`, {
    hint: 'choose another target, or mend the root filesystem',
  });
}

/**
 * Makes the missing places below the empty folder `skeleton`. Folders on the way that `lower` has too get its mode and
 * owner, which are what an overlay of both shows.
 */
export function writeSkeleton(skeleton: string, lower: string, missing: readonly MountTarget[]): void {
  const made = new Set<string>();
  for (const { path, kind } of missing) {
    makeFolders(dirname(path), { skeleton, lower, made });
    if (kind === 'file') writeFileSync(join(skeleton, path), '', { flag: 'wx', mode: 0o644 });
    else makeFolders(path, { skeleton, lower, made });
  }
}

interface Skeleton {
  readonly skeleton: string;
  readonly lower: string;
  readonly made: Set<string>;
}

function makeFolders(path: string, target: Skeleton): void {
  if (target.made.has(path)) return;
  target.made.add(path);
  if (path !== '/') {
    makeFolders(dirname(path), target);
    mkdirSync(join(target.skeleton, path));
  }
  copyOwner(join(target.lower, path), join(target.skeleton, path));
}

/** Gives `to` the mode and owner of `from`; where that is missing, those of any system folder. */
export function copyOwner(from: string, to: string): void {
  const stats = lstatSync(from, { throwIfNoEntry: false });
  if (stats !== undefined) chownSync(to, stats.uid, stats.gid);
  chmodSync(to, (stats?.mode ?? 0o755) & 0o1777);
}

/** The folder on the host where a target lies, as `missingTargets` judges it. */
export function missingOnHost(root: string, targets: readonly MountTarget[]): MountTarget[] {
  return missingTargets(hostTree(root), [...kernelTargets, ...targets]);
}
