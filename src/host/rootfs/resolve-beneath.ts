import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';

/** What is needed to walk a tree, real or planned, whose root a container will take for /. */
export interface Tree {
  /** Undefined where nothing is there. `path` is absolute in the tree and goes through no link. */
  look(path: string): TreeEntry | undefined;
}

export type TreeEntry =
  | { readonly type: 'folder'; readonly mode: number }
  | { readonly type: 'file'; readonly mode: number }
  | { readonly type: 'other' }
  | { readonly type: 'link'; readonly target: string };

/** Where a path leads in the tree, links followed inside it alone, as after chroot(2). */
export interface Resolved {
  /** Absolute in the tree, through no link; what lies beyond `entry` is not there. */
  readonly path: string;
  /** Absent where nothing is there. */
  readonly entry?: Exclude<TreeEntry, { readonly type: 'link' }>;
  /** Why the path can never be there as things are: a file in the way, or links in a circle. */
  readonly blocked?: 'not-a-folder' | 'loop';
}

const maxLinks = 40;

/** Resolves an absolute path. Neither `..` nor a link leads out of the tree. */
export function resolveBeneath(tree: Tree, path: string): Resolved {
  let names = namesOf(path);
  const at: string[] = [];
  let entry = tree.look('/');
  for (let links = 0; names.length > 0;) {
    const [name = '', ...rest] = names;
    names = rest;
    if (name === '..') {
      at.pop();
      entry = tree.look(`/${at.join('/')}`);
      continue;
    }
    if (entry?.type !== 'folder') return { path: pathOf([...at, name, ...names]), blocked: 'not-a-folder' };
    const found = tree.look(pathOf([...at, name]));
    if (found === undefined) return { path: pathOf([...at, name, ...names]) };
    if (found.type !== 'link') {
      at.push(name);
      entry = found;
      continue;
    }
    links += 1;
    if (links > maxLinks) return { path: pathOf([...at, name]), blocked: 'loop' };
    names = [...namesOf(found.target), ...names];
    if (found.target.startsWith('/')) {
      at.length = 0;
      entry = tree.look('/');
    }
  }
  return { path: pathOf(at), ...(entry === undefined || entry.type === 'link' ? {} : { entry }) };
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

function pathOf(names: readonly string[]): string {
  return join('/', ...names);
}

/** A folder on the host as a tree. */
export function hostTree(root: string): Tree {
  return { look: (path) => lookAt(join(root, path)) };
}

function lookAt(path: string): TreeEntry | undefined {
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isSymbolicLink()) return { type: 'link', target: readlinkSync(path) };
    if (stats.isDirectory()) return { type: 'folder', mode: stats.mode & 0o7777 };
    return stats.isFile() ? { type: 'file', mode: stats.mode & 0o7777 } : { type: 'other' };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}
