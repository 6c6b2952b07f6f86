import { type Dirent, type Stats, lstatSync, readdirSync, realpathSync } from 'node:fs';

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
}

/** What is on this machine's disks. */
export const diskTree: FileTree = {
  realPath: (path) => realpathSync(path),
  kindOf: (realPath) => kindFrom(lstatSync(realPath)),
  entries: (realPath) => readdirSync(realPath, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindFrom(entry) })),
};

function kindFrom(found: Dirent | Stats): FileKind {
  if (found.isFile()) return 'file';
  if (found.isDirectory()) return 'folder';
  if (found.isSymbolicLink()) return 'link';
  if (found.isFIFO()) return 'FIFO';
  return found.isSocket() ? 'socket' : 'device';
}
