import { type Dirent, type Stats, lstatSync, readdirSync, realpathSync } from 'node:fs';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { pathProblem } from './owners.ts';
import type { Owners } from './owners.ts';

export type FileKind = 'file' | 'folder' | 'link' | 'FIFO' | 'socket' | 'device' | 'submodule';

export interface TreeEntry {
  readonly name: string;
  readonly kind: FileKind;
}

/** Files and folders, on disk or in a revision. All three throw ENOENT, ENOTDIR, ELOOP as the system does. */
export interface FileTree {
  /** The path without symbolic links. */
  realPath(path: string): string;
  /** What is at a path without links; a link is not followed. */
  kindOf(realPath: string): FileKind;
  entries(realPath: string): readonly TreeEntry[];
  /** Why nothing is to be read in a folder; absent: all may be. */
  problemOf?(file: string, realPath: string): Diagnostic | undefined;
}

/** What is on this machine's disks. */
export const diskTree: FileTree = {
  realPath: (path) => realpathSync(path),
  kindOf: (realPath) => kindFrom(lstatSync(realPath)),
  entries: (realPath) => readdirSync(realPath, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindFrom(entry) })),
};

/** The same, without the folders that others than these can write. */
export function diskTreeOf(owners: Owners): FileTree {
  return { ...diskTree, problemOf: (file, realPath) => pathProblem(file, realPath, owners) };
}

function kindFrom(found: Dirent | Stats): FileKind {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  if (found.isSymbolicLink()) return 'link';
  if (found.isFIFO()) return 'FIFO';
  return found.isSocket() ? 'socket' : 'device';
}
