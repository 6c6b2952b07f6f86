import { join } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { isWithin } from '../state/path.ts';
import { fileDiagnostic, unreadable } from './file-diagnostic.ts';
import type { FileKind, FileTree, TreeEntry } from './file-tree.ts';

/** One manifest found, not yet read. */
export interface FoundFile {
  /** As the user named it. */
  readonly file: string;
  /** Without symbolic links. */
  readonly realPath: string;
  /** A link leads here; the file may be found by its own name too. */
  readonly linked: boolean;
}

export interface Walk {
  readonly found: FoundFile[];
  readonly diagnostics: Diagnostic[];
}

interface Folder {
  readonly tree: FileTree;
  readonly path: string;
  readonly realPath: string;
  /** What no link may lead out of, without links. */
  readonly root: string;
  readonly linked: boolean;
  /** The folders around this one, itself included, without links. */
  readonly around: readonly string[];
}

/** A PATH as given, where it leads, and what is there. */
export interface Start {
  readonly path: string;
  readonly realPath: string;
  readonly kind: FileKind;
}

/** Follows a given path, which lies at `place` in the tree. Throws ENOENT and the like where nothing is there. */
export function findStart(path: string, place: string, tree: FileTree): Start {
  const realPath = tree.realPath(place);
  return { path, realPath, kind: tree.kindOf(realPath) };
}

/**
 * Finds the manifests: the file itself, or every *.yaml and *.yml below the folder. Throws ENOENT or
 * ENOTDIR where something went away in between.
 */
export function walk({ path, realPath, kind }: Start, tree: FileTree): Walk {
  const result: Walk = { found: [], diagnostics: [] };
  if (kind === 'folder') walkFolder({ tree, path, realPath, root: realPath, linked: false, around: [realPath] }, result);
  else addFile({ file: path, realPath, linked: false }, kind, result);
  return result;
}

function walkFolder(folder: Folder, result: Walk): void {
  const problem = folder.tree.problemOf?.(folder.path, folder.realPath);
  if (problem !== undefined) {
    result.diagnostics.push(problem);
    return;
  }
  for (const entry of readEntries(folder, result)) {
    if (!isPassedOver(entry.name)) visit(entry, folder, result);
  }
}

function readEntries({ tree, path, realPath }: Folder, result: Walk): readonly TreeEntry[] {
  try {
    return tree.entries(realPath);
  } catch (error) {
    if (isGone(error)) throw error;
    result.diagnostics.push(unreadable(path, error));
    return [];
  }
}

/** True for the error of something that was there a moment ago, or was another kind of thing. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '');
}

/** Dot files (.git, swap files, ..data of a mounted ConfigMap), and what editors leave beside a file. */
export function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name.startsWith('#') || name.endsWith('~');
}

export function isManifestName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

function visit({ name, kind }: TreeEntry, folder: Folder, result: Walk): void {
  const path = join(folder.path, name);
  const realPath = join(folder.realPath, name);
  if (kind === 'link') visitLink(path, realPath, folder, result);
  else if (kind === 'folder') walkFolder({ ...folder, path, realPath, around: [...folder.around, realPath] }, result);
  else if (kind === 'submodule') result.diagnostics.push(submodule(path));
  else if (isManifestName(path)) addFile({ file: path, realPath, linked: folder.linked }, kind, result);
}

/** Its files may be manifests. */
function submodule(path: string): Diagnostic {
  const hint = 'give the PATHs of the manifests beside it, or compare where the submodule lies';
  return fileDiagnostic(path, 'is a submodule, and its files are not in this repository', hint);
}

function visitLink(path: string, linkPath: string, folder: Folder, result: Walk): void {
  const realPath = followLink(path, linkPath, folder, result);
  if (realPath === undefined) return;
  const kind = folder.tree.kindOf(realPath);
  if (kind !== 'folder' && !isManifestName(path)) return;
  if (!isWithin(realPath, [folder.root])) {
    const message = 'is a symbolic link that leads out of the given folder';
    const hint = 'put the file itself here, or give its folder as a PATH too';
    result.diagnostics.push(fileDiagnostic(path, message, hint, realPath));
    return;
  }
  if (kind !== 'folder') {
    addFile({ file: path, realPath, linked: true }, kind, result);
    return;
  }
  if (folder.around.includes(realPath)) {
    const message = 'is a symbolic link to a folder that holds it';
    result.diagnostics.push(fileDiagnostic(path, message, 'remove the link', realPath));
    return;
  }
  walkFolder({ ...folder, path, realPath, linked: true, around: [...folder.around, realPath] }, result);
}

/** A link that leads nowhere counts only where a manifest should be; editors make such links as locks. */
function followLink(path: string, linkPath: string, { tree }: Folder, result: Walk): string | undefined {
  try {
    return tree.realPath(linkPath);
  } catch (error) {
    if (isManifestName(path)) result.diagnostics.push(unreadable(path, error));
    return undefined;
  }
}

function addFile(found: FoundFile, kind: FileKind, result: Walk): void {
  if (kind === 'file') {
    result.found.push(found);
    return;
  }
  const hint = 'put a regular file there, or remove it';
  result.diagnostics.push(fileDiagnostic(found.file, `is a ${kind}, not a regular file`, hint));
}
