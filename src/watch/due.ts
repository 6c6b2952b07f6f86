import type { ContainerName } from '../state/container-name.ts';
import { openAlarm } from './alarm.ts';

/** When single containers are due to be looked at. */
export interface Due {
  /** Asks for `name` at `atMs` of the monotonic clock, instead of what was asked for it before. */
  set(name: ContainerName, atMs: number): void;
  cancel(): void;
}

/** @param now the monotonic clock in milliseconds */
export function openDue(ring: (names: ReadonlySet<ContainerName>) => void, now: () => number): Due {
  const dueMs = new Map<ContainerName, number>();
  const alarm = openAlarm(() => {
    const names = new Set([...dueMs].filter(([, atMs]) => atMs <= now()).map(([name]) => name));
    for (const name of names) dueMs.delete(name);
    for (const atMs of dueMs.values()) alarm.setFor(atMs);
    if (names.size > 0) ring(names);
  }, now);
  return {
    set(name, atMs) {
      dueMs.set(name, atMs);
      alarm.setFor(atMs);
    },
    cancel: () => { alarm.cancel(); },
  };
}
