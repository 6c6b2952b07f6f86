import type { ReconcileError } from '../errors.ts';
import { watchCgroups } from '../host/cgroup/watch.ts';
import type { Host } from '../host/host.ts';
import { watchExits } from '../host/runtime/exits.ts';
import { watchMonitors } from '../host/runtime/monitor-watch.ts';
import type { Source } from '../source/source.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { Wake } from './wake.ts';
import { wakeSource } from './wake.ts';

export interface Triggers {
  /** From now on, watch the container's cgroup and its monitor: the new ones where it was made again. Cheap where `pid` is as before. */
  arm(name: ContainerName, pid?: number): void;
  disarm(name: ContainerName): void;
  /** Whoever writes a file of its cgroup is noticed. */
  isArmed(name: ContainerName): boolean;
  /** Tries again what could not be watched. */
  refresh(): void;
  close(): void;
}

export interface TriggerOptions {
  readonly signal: AbortSignal;
  readonly wake: (wake: Wake) => void;
  /** Something happened to one container. */
  readonly wakeOne: (name: ContainerName) => void;
  readonly onLimited: (error: ReconcileError) => void;
}

/** Everything that wakes the loop besides its timer: saved manifests, foreign writes to cgroup files, processes and monitors that ended, or stand still. */
export function openTriggers(host: Host, source: Source, options: TriggerOptions): Triggers {
  const { wakeOne, onLimited } = options;
  const cgroups = watchCgroups(host.cgroups, wakeOne, onLimited);
  const exits = watchExits(host.paths.exits, wakeOne, onLimited);
  const monitors = watchMonitors({ ...host, onTrouble: wakeOne });
  void followSource(source, options);
  return {
    arm(name, pid) {
      cgroups.add(name, pid);
      monitors.add(name, pid);
    },
    disarm(name) {
      cgroups.remove(name);
      monitors.remove(name);
    },
    isArmed: (name) => cgroups.isWhole(name),
    refresh: () => { exits.refresh(); },
    close() {
      cgroups.close();
      exits.close();
      monitors.close();
    },
  };
}

async function followSource(source: Source, { signal, wake, onLimited }: TriggerOptions): Promise<void> {
  try {
    const changes = source.changes(signal, onLimited)[Symbol.asyncIterator]();
    while ((await changes.next()).done !== true) wake(wakeSource);
  } catch (error) {
    if (!signal.aborted) onLimited(error as ReconcileError);
  }
}
