import { closeSync, lstatSync, readdirSync, readlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import type { ChangedFiles } from '../../state/observed.ts';
import type { Paths } from '../paths.ts';
import { hashOpenFile, openRegular } from './host-view.ts';
import type { JailClosure } from './jail-closure.ts';
import type { JailEntry } from './jail-entry.ts';
import { readHashesOf } from './jail-store.ts';

const shownPaths = 10;

/**
 * Compares what a jail would hold now with the stored jail `id`; undefined where that one is not there. Files are
 * read only where their size is the same and no hash was kept. A folder counts where nothing in it does.
 */
export function filesChangedSince(id: string, { entries }: Pick<JailClosure, 'entries'>, paths: Paths): ChangedFiles | undefined {
  const stored = readStored(paths.jail(id));
  if (stored === undefined) return undefined;
  const hashes = readHashesOf(id, paths);
  const now = new Map(entries.map((entry) => [entry.path, entry]));
  const differ = entries.filter((entry) => !isGenerated(entry) && !isStored(entry, stored.get(entry.path), hashes.get(entry.path)));
  const gone = [...stored.keys()].filter((path) => !now.has(path));
  const changed = [...differ.map(({ path }) => path), ...gone].sort();
  const parents = new Set(changed.map((path) => dirname(path)));
  const leaves = changed.filter((path) => !parents.has(path));
  return { count: leaves.length, paths: leaves.slice(0, shownPaths) };
}

interface Stored {
  readonly host: string;
  readonly stats: Stats;
}

/** Everything in a stored jail by its path in the container. */
function readStored(root: string): ReadonlyMap<string, Stored> | undefined {
  const stored = new Map<string, Stored>();
  try {
    addStored(stored, root, '/');
    return stored;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Follows no link: its target may lie outside the jail. */
function addStored(stored: Map<string, Stored>, root: string, folder: string): void {
  for (const name of readdirSync(join(root, folder))) {
    const path = join(folder, name);
    const stats = lstatSync(join(root, path));
    stored.set(path, { host: join(root, path), stats });
    if (stats.isDirectory()) addStored(stored, root, path);
  }
}

/** The loader's cache is made from the rest: it says nothing of its own. */
function isGenerated(entry: JailEntry): boolean {
  return entry.type === 'file' && entry.content !== undefined;
}

function isStored(entry: JailEntry, stored: Stored | undefined, sha256: string | undefined): boolean {
  if (stored === undefined) return false;
  const { stats, host } = stored;
  if (stats.uid !== entry.uid || stats.gid !== entry.gid) return false;
  if (entry.type === 'link') return stats.isSymbolicLink() && readlinkSync(host) === entry.target;
  if ((stats.mode & 0o7777) !== entry.mode) return false;
  if (entry.type === 'folder') return stats.isDirectory();
  if (!stats.isFile() || stats.size !== entry.sizeBytes) return false;
  return (sha256 ?? hashOf(host)) === entry.sha256;
}

function hashOf(path: string): string {
  const fd = openRegular(path);
  try {
    return hashOpenFile(fd);
  } finally {
    closeSync(fd);
  }
}
