import type { ReconcileError } from '../errors.ts';
import { watchCgroups } from '../host/cgroup/watch.ts';
import type { Host } from '../host/host.ts';
import { watchExits } from '../host/runtime/exits.ts';
import type { Source } from '../source/source.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { Wake } from './wake.ts';
import { wakeContainer, wakeSource } from './wake.ts';

export interface Triggers {
  /** From now on, watch the cgroups of exactly these containers. */
  watchContainers(names: ReadonlySet<ContainerName>): void;
  close(): void;
}

export interface TriggerOptions {
  readonly signal: AbortSignal;
  readonly wake: (wake: Wake) => void;
  readonly onLimited: (error: ReconcileError) => void;
}

/** Everything that wakes the loop besides its timer: saved manifests, foreign writes to cgroup files, processes that ended. */
export function openTriggers(host: Host, source: Source, { signal, wake, onLimited }: TriggerOptions): Triggers {
  const wakeOne = (name: ContainerName): void => { wake(wakeContainer(name)); };
  const cgroups = watchCgroups(host.cgroups, wakeOne, onLimited);
  const exits = watchExits(host.paths.exits, wakeOne, onLimited);
  const watched = new Set<ContainerName>();
  void followSource(source, { signal, wake, onLimited });
  return {
    watchContainers(names) {
      for (const name of watched) {
        if (names.has(name)) continue;
        cgroups.remove(name);
        watched.delete(name);
      }
      for (const name of names) {
        cgroups.add(name);
        watched.add(name);
      }
    },
    close() {
      cgroups.close();
      exits.close();
    },
  };
}

async function followSource(source: Source, { signal, wake, onLimited }: TriggerOptions): Promise<void> {
  try {
    const changes = source.changes(signal)[Symbol.asyncIterator]();
    while ((await changes.next()).done !== true) wake(wakeSource);
  } catch (error) {
    if (!signal.aborted) onLimited(error as ReconcileError);
  }
}
