import { setTimeout as delay } from 'node:timers/promises';
import { ReconcileError } from '../../errors.ts';
import { readProcess } from '../proc/process.ts';
import type { Place } from './mode.ts';
import { pidsOfSubtree, removeSubtree } from './cgroup-dir.ts';

const firstPauseMs = 1;

/** In which most killed processes have ended. */
const endingMs = 1;

/** A look at all hierarchies costs about a millisecond, and a process that waits for a device may do so for hours. */
const longestPauseMs = 250;

export interface Removal {
  readonly name: string;
  /** Where the cgroup may be, one directory a hierarchy. */
  readonly places: readonly Place[];
  /** Called in each round with what is left: something may have forked, or moved in. */
  kill(places: readonly Place[]): void;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Removes the cgroup from every hierarchy, deepest first; what has processes is killed and tried again until it is empty.
 * The kernel keeps a cgroup busy until the last killed process has ended, and removes none before, so that to try first
 * is safe: most cgroups lost their processes a moment ago and need no more than that.
 * Throws ERR_CGROUP_BUSY with the pids after `timeoutMs`, and the signal's reason where it is aborted.
 */
export async function removeCgroups({ name, places, kill, timeoutMs, signal }: Removal): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  let left = removeWhatIsEmpty(places);
  for (let pauseMs = firstPauseMs; left.length > 0; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    signal?.throwIfAborted();
    kill(left);
    // Somebody who goes on moving processes in has the whole pause for it, and hardly this moment.
    await delay(endingMs);
    left = removeWhatIsEmpty(left);
    if (left.length === 0) return;
    if (performance.now() >= deadlineMs) throw busy(name, left.map(({ dir }) => dir), timeoutMs);
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
    left = removeWhatIsEmpty(left);
  }
}

/** What could not be removed. */
function removeWhatIsEmpty(places: readonly Place[]): Place[] {
  return places.filter(({ dir }) => !removeSubtree(dir));
}

function busy(name: string, dirs: readonly string[], timeoutMs: number): ReconcileError {
  const pids = [...new Set(dirs.flatMap(pidsOfSubtree))].sort((one, other) => one - other);
  const who = pids.length === 0 ? 'without a process that can be seen' : `with processes ${holders(pids)}`;
  const message = `${name}: remove ${dirs.join(', ')}: busy after ${timeoutMs} ms ${who}`;
  return new ReconcileError('ERR_CGROUP_BUSY', message, {
    hint: 'A killed process that stays waits for a device or a network file system: see /proc/PID/wchan.',
    retryable: true,
  });
}

const mostHolders = 10;

/** `42 (httpd, state D), 43 (httpd, state D) and 5 more` */
function holders(pids: readonly number[]): string {
  const named = pids.slice(0, mostHolders).map((pid) => {
    const process = readProcess(pid);
    return process === undefined ? String(pid) : `${pid} (${process.comm}, state ${process.state})`;
  });
  return `${named.join(', ')}${pids.length > mostHolders ? ` and ${pids.length - mostHolders} more` : ''}`;
}
