import { setTimeout as delay } from 'node:timers/promises';
import { ReconcileError } from '../../errors.ts';
import type { Place } from './mode.ts';
import { pidsOfSubtree, removeSubtree } from './cgroup-dir.ts';

const firstPauseMs = 1;
const longestPauseMs = 100;

export interface Removal {
  readonly name: string;
  /** The directories of the cgroup that are there, one a hierarchy. */
  places(): readonly Place[];
  /** Called in each round: something may have forked, or moved in. */
  kill(places: readonly Place[]): void;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Kills, waits until the cgroup is empty and removes it, deepest first in every hierarchy.
 * The kernel keeps a cgroup busy until the last killed process has ended, which a later try sees.
 * Throws ERR_CGROUP_BUSY with the pids after `timeoutMs`, and the signal's reason where it is aborted.
 */
export async function removeCgroups({ name, places, kill, timeoutMs, signal }: Removal): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    signal?.throwIfAborted();
    const present = places();
    kill(present);
    const left = present.map(({ dir }) => dir).filter((dir) => !removeSubtree(dir));
    if (left.length === 0) return;
    if (performance.now() >= deadlineMs) throw busy(name, left, timeoutMs);
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
}

function busy(name: string, dirs: readonly string[], timeoutMs: number): ReconcileError {
  const pids = [...new Set(dirs.flatMap(pidsOfSubtree))].sort((one, other) => one - other);
  const who = pids.length === 0 ? 'without a process that can be seen' : `with processes ${pids.join(', ')}`;
  const message = `${name}: remove ${dirs.join(', ')}: busy after ${timeoutMs} ms ${who}`;
  return new ReconcileError('ERR_CGROUP_BUSY', message, {
    hint: 'A killed process that stays waits for a device or a network file system: see /proc/PID/wchan.',
    retryable: true,
  });
}
