import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent, Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { errnoOf } from '../errors.ts';

/** A folder in which something tells that the manifests may be different. */
export interface WatchedFolder {
  /** Another one in its place has another, even where it was given the same inode or is mounted there. */
  readonly identity: string;
  /** Names of interest in it; undefined: all. */
  readonly names: ReadonlySet<string> | undefined;
}

/**
 * Every folder to watch, without links, by its path: what lies below the given paths, links followed, and the folder
 * around each, since one that is removed and made again shows only there. What is not there, or may not be looked at,
 * is left out.
 */
export function watchedFolders(paths: readonly string[]): ReadonlyMap<string, WatchedFolder> {
  const folders = new Map<string, WatchedFolder>();
  for (const path of paths.map((each) => resolve(each))) {
    addNamed(path, folders);
    addTarget(path, folders);
  }
  return folders;
}

/** The one entry `path` of the folder that it lies in; where that is gone, it in turn of the one around it. */
function addNamed(path: string, folders: Map<string, WatchedFolder>): void {
  const folder = tryTo(() => realpathSync(dirname(path)));
  const stats = folder === undefined ? undefined : tryTo(() => statSync(folder));
  if (folder === undefined || stats === undefined) {
    if (path !== dirname(path)) addNamed(dirname(path), folders);
    return;
  }
  const known = folders.get(folder);
  if (known !== undefined && known.names === undefined) return;
  folders.set(folder, { identity: identityOf(stats), names: new Set([...(known?.names ?? []), basename(path)]) });
}

/** What a path leads to: a folder with all below it, or the place of a file that may be replaced there. */
function addTarget(path: string, folders: Map<string, WatchedFolder>): void {
  const target = tryTo(() => realpathSync(path));
  const stats = target === undefined ? undefined : tryTo(() => statSync(target));
  if (target === undefined || stats === undefined) return;
  if (stats.isDirectory()) addFolder(target, stats, folders);
  else addNamed(target, folders);
}

function addFolder(folder: string, stats: Stats, folders: Map<string, WatchedFolder>): void {
  const known = folders.get(folder);
  if (known !== undefined && known.names === undefined) return;
  folders.set(folder, { identity: identityOf(stats), names: undefined });
  for (const entry of tryTo(() => readdirSync(folder, { withFileTypes: true })) ?? []) visit(entry, folder, folders);
}

/** Repositories and what mounted ConfigMaps keep beside their links hold no manifest of their own. */
function visit(entry: Dirent, folder: string, folders: Map<string, WatchedFolder>): void {
  if (entry.name.startsWith('.') || !(entry.isDirectory() || entry.isSymbolicLink())) return;
  addTarget(join(folder, entry.name), folders);
}

function identityOf({ dev, ino, birthtimeMs }: Stats): string {
  return `${dev} ${ino} ${birthtimeMs}`;
}

function tryTo<Result>(look: () => Result): Result | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
