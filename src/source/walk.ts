import { type Dirent, type Stats, lstatSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { fileDiagnostic, unreadable } from './file-diagnostic.ts';

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
  readonly stats: Stats;
}

/** Follows a given path. Throws ENOENT and the like where nothing is there. */
export function findStart(path: string): Start {
  const realPath = realpathSync(path);
  return { path, realPath, stats: statSync(realPath) };
}

/**
 * Finds the manifests: the file itself, or every *.yaml and *.yml below the folder. Throws ENOENT or
 * ENOTDIR where something went away in between.
 */
export function walk({ path, realPath, stats }: Start): Walk {
  const result: Walk = { found: [], diagnostics: [] };
  if (stats.isDirectory()) walkFolder({ path, realPath, root: realPath, linked: false, around: [realPath] }, result);
  else addFile({ file: path, realPath, linked: false }, stats, result);
  return result;
}

function walkFolder(folder: Folder, result: Walk): void {
  for (const entry of readEntries(folder, result)) {
    if (!isPassedOver(entry.name)) visit(entry, folder, result);
  }
}

function readEntries({ path, realPath }: Folder, result: Walk): readonly Dirent[] {
  try {
    return readdirSync(realPath, { withFileTypes: true });
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
function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name.startsWith('#') || name.endsWith('~');
}

function isManifestName(name: string): boolean {
  return /\.ya?ml$/.test(name);
}

function visit(entry: Dirent, folder: Folder, result: Walk): void {
  const path = join(folder.path, entry.name);
  const realPath = join(folder.realPath, entry.name);
  if (entry.isSymbolicLink()) visitLink(path, realPath, folder, result);
  else if (entry.isDirectory()) walkFolder({ ...folder, path, realPath, around: [...folder.around, realPath] }, result);
  else if (isManifestName(path)) addFile({ file: path, realPath, linked: folder.linked }, entry, result);
}

function visitLink(path: string, linkPath: string, folder: Folder, result: Walk): void {
  const realPath = followLink(path, linkPath, result);
  if (realPath === undefined) return;
  const stats = lstatSync(realPath);
  if (!stats.isDirectory() && !isManifestName(path)) return;
  if (!isWithin(realPath, folder.root)) {
    const message = 'is a symbolic link that leads out of the given folder';
    const hint = 'put the file itself here, or give its folder as a PATH too';
    result.diagnostics.push(fileDiagnostic(path, message, hint, realPath));
    return;
  }
  if (!stats.isDirectory()) {
    addFile({ file: path, realPath, linked: true }, stats, result);
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
function followLink(path: string, linkPath: string, result: Walk): string | undefined {
  try {
    return realpathSync(linkPath);
  } catch (error) {
    if (isManifestName(path)) result.diagnostics.push(unreadable(path, error));
    return undefined;
  }
}

function isWithin(path: string, root: string): boolean {
  const way = relative(root, path);
  return way !== '..' && !way.startsWith(`..${sep}`);
}

type Kind = Pick<Stats, 'isFile' | 'isFIFO' | 'isSocket'>;

function addFile(found: FoundFile, kind: Kind, result: Walk): void {
  if (kind.isFile()) {
    result.found.push(found);
    return;
  }
  const hint = 'put a regular file there, or remove it';
  result.diagnostics.push(fileDiagnostic(found.file, `is ${nameOf(kind)}, not a regular file`, hint));
}

function nameOf(kind: Kind): string {
  if (kind.isFIFO()) return 'a FIFO';
  if (kind.isSocket()) return 'a socket';
  return 'a device';
}
