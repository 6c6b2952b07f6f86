import type { Jail } from '../../state/desired.ts';
import type { RootfsFacts } from '../../state/observed.ts';
import type { RootfsUse } from '../../state/rootfs-key.ts';
import type { Paths } from '../paths.ts';
import { isUnchanged } from './host-view.ts';
import type { FileKnowledge, JailClosure } from './jail-closure.ts';
import { collectJail } from './jail-closure.ts';
import type { JailEntry } from './jail-entry.ts';
import { readSources } from './jail-store.ts';
import { programProblems } from './program-problem.ts';
import type { Tree, TreeEntry } from './resolve-beneath.ts';

/** Tells what a jail would hold now, and remembers: while the host does not change, only stats are taken. */
export interface JailInspector {
  inspect(jail: Jail, use: RootfsUse): RootfsFacts;
  /** What the last look at this jail saw. */
  known(jail: Jail): JailClosure | undefined;
  /** Looks anew, whatever is remembered. */
  collect(jail: Jail): JailClosure;
}

/** Jails remembered at a time: those of the manifests, and a few that were. */
const maxRemembered = 256;

/** Hashes and parsed programs of files that are long gone are forgotten with the rest. */
const maxKnownFiles = 1_000_000;

export function openJailInspector(paths: Paths, ownFolders: readonly string[]): JailInspector {
  const remembered = new Map<string, Remembered>();
  let files: FileKnowledge | undefined;
  const knowledge = (): FileKnowledge => {
    if (files === undefined || files.hashes.size > maxKnownFiles)
      files = { hashes: readSources(paths), programs: new Map() };
    return files;
  };
  const collect = (jail: Jail): Remembered => {
    const key = keyOf(jail);
    const closure = collectJail(jail, knowledge(), ownFolders);
    const entry = { closure, tree: jailTree(closure.entries) };
    // Deleted first, so that the oldest is the first in the map.
    remembered.delete(key);
    remembered.set(key, entry);
    const [oldest = ''] = remembered.keys();
    if (remembered.size > maxRemembered) remembered.delete(oldest);
    return entry;
  };
  return {
    inspect: (jail, use) => {
      const last = remembered.get(keyOf(jail));
      const fresh = last?.closure.settled === true && isUnchanged(last.closure.notes) ? last : collect(jail);
      const { id, problems } = fresh.closure;
      return { id, problems: problems.length > 0 ? problems : programProblems(fresh.tree, use) };
    },
    known: (jail) => remembered.get(keyOf(jail))?.closure,
    collect: (jail) => collect(jail).closure,
  };
}

interface Remembered {
  readonly closure: JailClosure;
  readonly tree: Tree;
}

function keyOf({ binaries, files }: Jail): string {
  return JSON.stringify([binaries, files]);
}

function jailTree(entries: readonly JailEntry[]): Tree {
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  return { look: (path) => (path === '/' ? { type: 'folder', mode: 0o755 } : treeEntry(byPath.get(path))) };
}

function treeEntry(entry: JailEntry | undefined): TreeEntry | undefined {
  if (entry === undefined) return undefined;
  return entry.type === 'link' ? { type: 'link', target: entry.target } : { type: entry.type, mode: entry.mode };
}
