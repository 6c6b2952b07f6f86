import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { ReconcileError, errnoOf } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { isGone } from './cgroup-file.ts';
import type { CgroupDriver } from './driver.ts';

export interface CgroupWatch {
  /** Watches a cgroup from now on: the new one where it was made again. Safe to call again, and where it is gone. */
  add(name: ContainerName): void;
  remove(name: ContainerName): void;
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
 * Calls `onEvent` when another process writes a file of a watched cgroup, or makes or removes a child: our own
 * writes show too. Events can be lost without notice, so they wake and prove nothing. Never throws: what keeps
 * directories from being watched goes to `onError`, each kind once, as a ReconcileError.
 */
export function watchCgroups(
  driver: Pick<CgroupDriver, 'directories'>,
  onEvent: (name: ContainerName) => void,
  onError: (error: ReconcileError) => void = () => undefined,
): CgroupWatch {
  const watched = new Map<string, Watched>();
  const reported = new Set<string>();
  const drop = (dir: string): void => {
    watched.get(dir)?.watcher.close();
    watched.delete(dir);
  };
  const report = (dir: string, error: unknown): void => {
    const errno = errnoOf(error) ?? 'unknown';
    if (isGone(error) || reported.has(errno)) return;
    reported.add(errno);
    onError(watchError(dir, errno, error));
  };
  const start = (dir: string, inode: number, name: ContainerName): void => {
    try {
      const watcher = watch(dir, (_, file) => { if (file === null || !countersOfTheKernel.has(file)) onEvent(name); });
      watcher.on('error', (error) => { drop(dir); report(dir, error); });
      watched.set(dir, { inode, watcher });
    } catch (error) {
      report(dir, error);
    }
  };
  let closed = false;
  return {
    add(name) {
      for (const dir of closed ? [] : driver.directories(name)) {
        const inode = statSync(dir, { throwIfNoEntry: false })?.ino;
        if (inode !== undefined && watched.get(dir)?.inode === inode) continue;
        drop(dir);
        if (inode !== undefined) start(dir, inode, name);
      }
    },
    remove(name) {
      for (const dir of driver.directories(name)) drop(dir);
    },
    close() {
      closed = true;
      for (const dir of [...watched.keys()]) drop(dir);
    },
    get count() { return watched.size; },
  };
}

function watchError(dir: string, errno: string, cause: unknown): ReconcileError {
  const setting = limits[errno];
  const message = setting === undefined ? `watch ${dir}: ${errno}` : `watch ${dir}: ${errno}, ${setting} is used up`;
  const mend = setting === undefined ? 'see the cause' : `raise it: sysctl -w ${setting}=N`;
  return new ReconcileError('ERR_HOST_UNSUPPORTED', message, {
    hint: `${mend} Until then drift is found by the slow pass.`,
    cause,
    retryable: true,
  });
}

/** What inotify(7) says of its errors. */
const limits: Readonly<Record<string, string>> = {
  ENOSPC: 'fs.inotify.max_user_watches',
  EMFILE: 'fs.inotify.max_user_instances',
};
