import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { ReconcileError } from '../errors.ts';
import { openWatchReport } from '../host/watch-error.ts';
import { watchedFolders } from './watched-folders.ts';

export interface FolderWatch {
  /** Watches what came, or could be watched at last, without an event that told of it. */
  refresh(): void;
  close(): void;
}

/**
 * What a thing that was made, removed, written or put in another's place at a path can have changed: `content` of the
 * file there alone, or anything, such as where a folder came or went.
 */
export type Meaning = 'nothing' | 'content' | 'anything';

const goneErrnos: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR']);

/** Somebody may make folders as fast as we look. */
const mostRounds = 5;

/**
 * Calls `ring` when something below the paths may have changed, with the file where its content alone may have: one watch
 * for each folder, none for a file. It follows folders that come, go and take the place of each other. A folder that
 * cannot be watched is left to the reader's own timer: it must not end the program.
 *
 * @param meaningOf what an event at a path, without links, means; `anything` where nobody knows. Not asked for a folder that was there
 * @param onLimited told why a folder cannot be watched, once for each reason
 */
export function watchFolders(
  paths: readonly string[],
  ring: (path?: string) => void,
  meaningOf: (path: string) => Meaning,
  onLimited: (error: ReconcileError) => void = () => undefined,
): FolderWatch {
  const report = openWatchReport(onLimited, { until: meanwhile, isGone: (cause) => goneErrnos.has(errnoOf(cause) ?? '') });
  const watched = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();
  let names: ReturnType<typeof watchedFolders> = new Map();
  const drop = (folder: string): void => {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  };
  const meaningAt = (path: string | undefined): Meaning => (path === undefined || names.has(path) ? 'anything' : meaningOf(path));
  const notice = (folder: string, type: string, name: string | null): void => {
    const asked = names.get(folder)?.names;
    if (asked !== undefined && name !== null && !asked.has(name)) return;
    const path = name === null ? undefined : join(folder, name);
    // The folder's own end goes by the folder's own name.
    const isOwn = name === basename(folder);
    const meaning = isOwn ? 'anything' : meaningAt(path);
    if (meaning === 'nothing') return;
    if (isOwn && type === 'rename') drop(folder);
    // Before anybody looks: what a new folder holds by then is seen, and what comes later is told.
    if (type === 'rename' && meaning === 'anything') follow();
    ring(type === 'change' || meaning === 'content' ? path : undefined);
  };
  const begin = (folder: string, identity: string): boolean => {
    try {
      const watcher = watch(folder, (type, name) => { notice(folder, type, name); });
      watcher.on('error', (error) => { drop(folder); report(folder, error); ring(); });
      watched.set(folder, { identity, watcher });
      return true;
    } catch (error) {
      if (errnoOf(error) === undefined) throw error;
      report(folder, error);
      return false;
    }
  };
  const followOnce = (): boolean => {
    names = watchedFolders(paths);
    for (const folder of [...watched.keys()]) if (names.get(folder)?.identity !== watched.get(folder)?.identity) drop(folder);
    const fresh = [...names].filter(([folder]) => !watched.has(folder));
    return fresh.map(([folder, { identity }]) => begin(folder, identity)).includes(true);
  };
  /** Again where a watch began: what was made in its folder between the look and the watch is told by nobody. */
  const follow = (): void => {
    for (let round = 0; round < mostRounds && followOnce(); round += 1);
  };
  follow();
  return {
    refresh: follow,
    close() {
      for (const folder of [...watched.keys()]) drop(folder);
    },
  };
}

const meanwhile = 'Until then what is saved there is read by the next full pass: as often as --resync says, or about twice a minute.';
