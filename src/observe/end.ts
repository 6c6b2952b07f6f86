import type { Host } from '../host/host.ts';
import type { BundleRun, ContainerExit } from '../host/runtime/bundle.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { ObservedCgroup, ObservedExit } from '../state/observed.ts';

/** What is left of the time in which one look may wait for monitors: they write an end down a moment after it came. */
export interface Patience {
  leftMs: number;
}

/** For all containers together: the watch stands still meanwhile. */
export function openPatience(): Patience {
  return { leftMs: 100 };
}

interface EndOptions {
  readonly name: ContainerName;
  readonly run: BundleRun;
  readonly cgroup: ObservedCgroup | undefined;
  readonly look: { readonly nowMs: number; readonly patience: Patience };
}

/** How the process ended, with its cgroup, which tells whether for memory. */
export function readEnd(host: Host, { name, run, cgroup, look }: EndOptions): { readonly exit: ObservedExit; readonly cgroup: ObservedCgroup | undefined } {
  const exit = host.bundles.readExit(name) ?? awaitExit(host, name, look.patience);
  const measured = cgroup === undefined ? undefined : { ...cgroup, usage: host.cgroups.usage(name) };
  const oomKilled = (measured?.usage.oomKills ?? 0) > 0 && exit?.code === 137;
  if (exit === undefined) return { exit: { atMs: run.startedAtMs, ranMs: 0, oomKilled }, cgroup: measured };
  const atMs = endedAtMs(exit, run, look.nowMs);
  return { exit: { code: exit.code, atMs, ranMs: atMs - run.startedAtMs, oomKilled }, cgroup: measured };
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Else a success that is not written down yet would pass for a failure, and the program be started once more. */
function awaitExit({ bundles, runtime }: Host, name: ContainerName, patience: Patience): ContainerExit | undefined {
  const fromMs = performance.now();
  const isOver = (): boolean => performance.now() - fromMs >= patience.leftMs || !runtime.hasMonitor(name);
  while (!isOver() && bundles.readExit(name) === undefined) Atomics.wait(sleeper, 0, 0, 1);
  patience.leftMs -= performance.now() - fromMs;
  return bundles.readExit(name);
}

/**
 * Only the wall clock tells when conmon wrote the end, and it may have been set since, or before. Told by how long ago that
 * was, else by how long it took from the start; where neither lies between the start and now, the start. Never by now itself:
 * a back-off would be counted from each look on, and last until the clock has caught up.
 */
function endedAtMs({ mtimeMs, afterNoteMs }: ContainerExit, { startedAtMs }: BundleRun, nowMs: number): number {
  // Date.now() has no fractions.
  const told = [nowMs - (Date.now() - Math.floor(mtimeMs)), startedAtMs + (afterNoteMs ?? 0)];
  return told.find((atMs) => atMs >= startedAtMs && atMs <= nowMs) ?? startedAtMs;
}
