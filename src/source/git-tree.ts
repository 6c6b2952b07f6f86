import { posix } from 'node:path';
import type { FileKind, FileTree, TreeEntry } from './file-tree.ts';

/** One line of git ls-tree. */
export interface GitEntry {
  readonly kind: FileKind;
  readonly oid: string;
}

export interface GitTree extends FileTree {
  /** The object at a path without links; undefined for a folder. */
  oidOf(realPath: string): string | undefined;
}

export interface GitTreeOptions {
  /** Of `git ls-tree -r -z --full-tree`. */
  readonly listing: Buffer;
  /** Where links lead: the content of their blobs. */
  readLink(oid: string): string;
}

/** What a link that leaves the repository leads to, which nothing here can tell. */
export const outside = 'outside of the repository: ';

/** A revision's files as a tree whose root is "/". */
export function makeGitTree({ listing, readLink }: GitTreeOptions): GitTree {
  const { files, folders } = parseListing(listing);
  const kindOf = (path: string): FileKind => {
    if (folders.has(path)) return 'folder';
    const found = files.get(path)?.kind;
    if (found !== undefined) return found;
    // Only a link leads there, and what is not a folder matters by its name alone.
    if (path.startsWith(outside)) return 'file';
    throw systemError('ENOENT', path);
  };
  return {
    kindOf,
    realPath: (path) => followPath(path, { kindOf, readLink: (at) => readLink(files.get(at)?.oid ?? '') }),
    entries: (path) => [...(folders.get(path) ?? [])].map((name): TreeEntry => ({ name, kind: kindOf(posix.join(path, name)) })),
    oidOf: (path) => files.get(path)?.oid,
  };
}

function parseListing(listing: Buffer): { files: Map<string, GitEntry>; folders: Map<string, Set<string>> } {
  const files = new Map<string, GitEntry>();
  const folders = new Map<string, Set<string>>([['/', new Set()]]);
  for (const line of listing.toString('utf8').split('\0')) {
    const [, mode = '', oid = '', name = ''] = /^(\d+) \w+ ([0-9a-f]+)\t([^]*)$/.exec(line) ?? [];
    if (oid === '') continue;
    files.set(`/${name}`, { kind: kindFrom(mode), oid });
    addToFolders(`/${name}`, folders);
  }
  return { files, folders };
}

/** File modes of git: gitformat-index(5). */
function kindFrom(mode: string): FileKind {
  if (mode === '120000') return 'link';
  return mode === '160000' ? 'submodule' : 'file';
}

function addToFolders(path: string, folders: Map<string, Set<string>>): void {
  for (let at = path; at !== '/'; at = posix.dirname(at)) {
    const parent = posix.dirname(at);
    const siblings = folders.get(parent);
    if (siblings !== undefined) return void siblings.add(posix.basename(at));
    folders.set(parent, new Set([posix.basename(at)]));
  }
}

/** As many links as Linux follows: path_resolution(7). */
const mostLinks = 40;

interface Look {
  kindOf(path: string): FileKind;
  readLink(path: string): string;
}

function followPath(path: string, { kindOf, readLink }: Look): string {
  let left = path.split('/').filter((part) => part !== '' && part !== '.');
  let at = '/';
  for (let links = 0; left.length > 0; ) {
    const [part = '', ...rest] = left;
    left = rest;
    if (part === '..') {
      if (at === '/') return outside + path;
      at = posix.dirname(at);
      continue;
    }
    const next = posix.join(at, part);
    const kind = kindOf(next);
    if (kind === 'link') {
      links += 1;
      if (links > mostLinks) throw systemError('ELOOP', path);
      const target = readLink(next);
      if (target.startsWith('/')) return outside + target;
      left = [...target.split('/').filter((each) => each !== '' && each !== '.'), ...left];
      continue;
    }
    if (kind !== 'folder' && left.length > 0) throw systemError('ENOTDIR', path);
    at = next;
  }
  return at;
}

function systemError(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
