import { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { pathExists } from '../file.ts';
import { readProcFile } from '../proc/proc-file.ts';
import { readProcess } from '../proc/process.ts';
import type { ProcessIdentity } from '../proc/process.ts';
import type { BundleStore } from './bundle.ts';
import type { RuntimeDriver } from './runtime.ts';

export interface MonitorWatch {
  /**
   * From now on, watch the monitor of this container. Cheap where it is watched already.
   *
   * @param pid of its init process, which somebody has just looked at. Absent: as the bundle says, and where the monitor
   * is gone already that is told
   */
  add(name: ContainerName, pid?: number): void;
  remove(name: ContainerName): void;
  close(): void;
}

export interface MonitorWatchOptions {
  readonly bundles: Pick<BundleStore, 'read'>;
  readonly runtime: Pick<RuntimeDriver, 'isMonitor'>;
  /** The monitor of a container that goes on is gone, or stands still. */
  readonly onTrouble: (name: ContainerName) => void;
  readonly everyMs?: number;
  /** Monitors that are asked for at a time whether they stand still. */
  readonly atOnce?: number;
}

/** An init process. */
interface Watched extends ProcessIdentity {
  readonly monitor: number;
  /** Undefined: it is known to have no monitor. */
  readonly family?: Family;
  /** It was, when it was looked at last. */
  isStopped?: boolean;
}

/** Monitors that have one parent: init, or what stands in for it. */
interface Family {
  readonly parent: number;
  readonly members: Map<ContainerName, Watched>;
  /** As the kernel listed them last; undefined: to be gone through. */
  children: string | undefined;
}

const defaultEveryMs = 1_000;

/** Each takes some 15 µs. */
const defaultAtOnce = 25;

/**
 * Calls `onTrouble` when the monitor of a container that goes on is gone, or is stopped by a signal. No file tells of that,
 * and to ask for a thousand processes each second would cost a third of what an idle watch may take: all monitors are
 * children of one process, which the kernel lists in one file. Only whether they stand still they are asked themselves, a
 * few each time. A hint that may be lost, never a promise. A kernel without that list gives none of those that are gone.
 */
export function watchMonitors({ bundles, runtime, onTrouble, everyMs = defaultEveryMs, atOnce = defaultAtOnce }: MonitorWatchOptions): MonitorWatch {
  const watched = new Map<ContainerName, Watched>();
  const families = new Map<number, Family>();
  const forget = (name: ContainerName): void => {
    const family = watched.get(name)?.family;
    family?.members.delete(name);
    if (family?.members.size === 0) families.delete(family.parent);
    watched.delete(name);
  };
  const keep = (name: ContainerName, { pid, startTime }: ProcessIdentity, monitor: number): void => {
    forget(name);
    const parent = readProcess(monitor)?.ppid ?? 0;
    const family = families.get(parent) ?? { parent, members: new Map<ContainerName, Watched>(), children: undefined };
    const one = { pid, startTime, monitor, family };
    families.set(parent, family);
    family.members.set(name, one);
    family.children = undefined;
    watched.set(name, one);
  };
  const keepLost = (name: ContainerName, { pid, startTime }: ProcessIdentity): void => {
    forget(name);
    watched.set(name, { pid, startTime, monitor: 0 });
  };
  const begin = (name: ContainerName, pid?: number): void => {
    const init = readProcess(pid ?? pidOf(bundles.read(name)));
    if (init === undefined) return forget(name);
    if (runtime.isMonitor(name, init.ppid)) return keep(name, init, init.ppid);
    keepLost(name, init);
    if (pid === undefined) onTrouble(name);
  };
  const lookAt = (name: ContainerName, { pid, startTime, monitor }: Watched): void => {
    const init = readProcess(pid);
    // Its end is told by its exit file. It may run again by now.
    if (init?.startTime !== startTime) return begin(name);
    if (init.ppid === monitor) return keep(name, init, monitor);
    keepLost(name, init);
    onTrouble(name);
  };
  const askSome = openRounds(watched, (name, one) => {
    const wasStopped = one.isStopped === true;
    one.isStopped = one.family !== undefined && readProcess(one.monitor)?.state === 'T';
    if (one.isStopped && !wasStopped) onTrouble(name);
  });
  const isSeen = isListed();
  const timer = setInterval(() => {
    if (isSeen) hint(() => { for (const family of [...families.values()]) lookAround(family, lookAt); });
    hint(() => { askSome(atOnce); });
  }, everyMs);
  timer.unref();
  return {
    add: (name, pid) => {
      const last = watched.get(name);
      // Of what was made anew the list will show that the monitor is another one.
      if (pid === undefined ? last?.family !== undefined : last?.pid === pid) return;
      hint(() => { begin(name, pid); });
    },
    remove: forget,
    close: () => { clearInterval(timer); },
  };
}

/** Goes round and round a map: some of it at a time, and none of it twice at one time. */
function openRounds<Key, Value>(map: ReadonlyMap<Key, Value>, visit: (key: Key, value: Value) => void): (count: number) => void {
  let entries = map.entries();
  return (count) => {
    for (let left = Math.min(count, map.size); left > 0; left -= 1) {
      let next = entries.next();
      if (next.done === true) next = (entries = map.entries()).next();
      if (next.done !== true) visit(...next.value);
    }
  };
}

function isListed(): boolean {
  return pathExists(childrenFile(process.pid));
}

/** Children of its first thread, to which the kernel gives those that lost their parent. */
export function childrenFile(parent: number): string {
  return `/proc/${parent}/task/${parent}/children`;
}

function lookAround(family: Family, lookAt: (name: ContainerName, one: Watched) => void): void {
  const children = readProcFile(childrenFile(family.parent));
  if (children !== undefined && children === family.children) return;
  family.children = children;
  const present = new Set((children ?? '').split(' ').map(Number));
  // One that was killed stays in the list until its parent asks for it; what it leaves goes there at once.
  for (const [name, one] of [...family.members]) if (present.has(one.pid) || !present.has(one.monitor)) lookAt(name, one);
}

function pidOf(bundle: ReturnType<BundleStore['read']>): number {
  return (typeof bundle === 'object' ? bundle.run?.pid : undefined) ?? 0;
}

/** Where the kernel does not let us look, full looks go on, and say so. */
function hint(look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
  }
}
