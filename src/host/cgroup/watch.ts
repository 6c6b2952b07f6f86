import { statSync, watch } from 'node:fs';
import type { FSWatcher, WatchListener } from 'node:fs';
import type { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { openWatchReport } from '../watch-error.ts';
import { isGone } from './cgroup-file.ts';
import type { CgroupDriver } from './driver.ts';

export interface CgroupWatch {
  /**
   * Watches a cgroup from now on: the new one where it was made again. Safe to call again, and where it is gone.
   *
   * @param life names the process in it: while that is the same and all is watched, nothing is looked at
   */
  add(name: ContainerName, life?: number): void;
  remove(name: ContainerName): void;
  /** Every directory of the cgroup of a process that was named to `add`. */
  isWhole(name: ContainerName): boolean;
  close(): void;
  /** Directories watched now. */
  readonly count: number;
}

/** The kernel writes these itself when it reclaims or refuses; cgroup.events, which tells an end, is not among them. */
const countersOfTheKernel: ReadonlySet<string> = new Set([
  'memory.events',
  'memory.events.local',
  'memory.swap.events',
  'pids.events',
  'pids.events.local',
]);

interface Watched {
  readonly inode: number;
  readonly watcher: FSWatcher;
}

/**
 * Calls `onEvent` when another process writes a file of a watched cgroup, or makes or removes a child. A write after
 * which a limit is as it was known to be, such as our own, is passed over. Events can be lost without notice, so they
 * wake and prove nothing. Never throws: what keeps directories from being watched goes to `onError`, each kind once, as a
 * ReconcileError.
 */
export function watchCgroups(
  driver: Pick<CgroupDriver, 'directories' | 'isNews'>,
  onEvent: (name: ContainerName) => void,
  onError: (error: ReconcileError) => void = () => undefined,
): CgroupWatch {
  const watched = new Map<string, Watched>();
  const lives = new Map<ContainerName, number>();
  const drop = (dir: string): void => {
    watched.get(dir)?.watcher.close();
    watched.delete(dir);
  };
  const report = openWatchReport(onError, { until: 'Until then drift is found by the slow pass.', isGone });
  const start = (dir: string, name: ContainerName, notice: WatchListener<string>): 'watched' | 'started' | 'unwatched' => {
    const inode = statSync(dir, { throwIfNoEntry: false })?.ino;
    if (inode !== undefined && watched.get(dir)?.inode === inode) return 'watched';
    drop(dir);
    if (inode === undefined) return 'unwatched';
    try {
      const watcher = watch(dir, notice);
      watcher.on('error', (error) => { drop(dir); lives.delete(name); report(dir, error); });
      watched.set(dir, { inode, watcher });
      return 'started';
    } catch (error) {
      report(dir, error);
      return 'unwatched';
    }
  };
  let closed = false;
  return {
    add(name, life) {
      if (closed || (life !== undefined && lives.get(name) === life)) return;
      const noticeIn = (dir: string): WatchListener<string> => (_, file) => {
        if (file === null || (!countersOfTheKernel.has(file) && driver.isNews(name, dir, file))) onEvent(name);
      };
      const all = driver.directories(name).map((dir) => start(dir, name, noticeIn(dir)));
      if (all.includes('unwatched') || (life === undefined && all.includes('started'))) lives.delete(name);
      else if (life !== undefined) lives.set(name, life);
    },
    remove(name) {
      lives.delete(name);
      for (const dir of driver.directories(name)) drop(dir);
    },
    isWhole: (name) => lives.has(name),
    close() {
      closed = true;
      for (const dir of [...watched.keys()]) drop(dir);
    },
    get count() { return watched.size; },
  };
}
