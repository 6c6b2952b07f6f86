import type { RestartSpec } from '../state/desired.ts';
import type { EndRecord, ObservedExit, ObservedProcess, RestartRecord } from '../state/observed.ts';

/** True where the manifest wants a process that ended so to run again. An end that nobody saw counts as a failure. */
export function wantsRestart(restart: RestartSpec, exit: ObservedExit | undefined): boolean {
  switch (restart.policy) {
    case 'always':
      return true;
    case 'on-failure':
      return exit?.code !== 0;
    case 'never':
      return false;
    default:
      return restart.policy satisfies never;
  }
}

/** When a run came to its end, and how long it took. */
type Run = Pick<ObservedExit, 'atMs' | 'ranMs'>;

/**
 * The run of a process that goes on and has to start again, since its monitor is gone: nobody knows for how long. Its
 * back-off counts from its start.
 */
export function runSoFar({ startedAtMs }: ObservedProcess, nowMs: number): Run {
  return { atMs: startedAtMs, ranMs: nowMs - startedAtMs };
}

/**
 * Monotonic milliseconds before which the container stays down: the first restart waits `initialMs`,
 * each further one twice as long up to `maxMs`, and a run of `resetAfterMs` starts over.
 */
export function restartNotBeforeMs(
  restart: RestartSpec,
  record: RestartRecord,
  exit: Run | undefined,
): number {
  if (exit === undefined) return 0;
  const { initialMs, maxMs } = restart.backoff;
  const delayMs = Math.min(maxMs, initialMs * 2 ** Math.min(failuresBefore(restart, record, exit), 52));
  return exit.atMs + delayMs;
}

/** The record for the bundle of the next run. */
export function recordRestart(
  restart: RestartSpec,
  record: RestartRecord,
  ended: { readonly exit: ObservedExit | undefined; readonly oomKills: number },
): RestartRecord {
  const { exit, oomKills } = ended;
  return { ...counted(restart, record, { run: exit, oomKills }), ...(exit === undefined ? {} : { lastExit: endOf(exit) }) };
}

/** The same where the process went on until then, and did not end by itself. */
export function recordRenewal(restart: RestartSpec, record: RestartRecord, { run, oomKills }: { readonly run: Run; readonly oomKills: number }): RestartRecord {
  return { ...record, ...counted(restart, record, { run, oomKills }) };
}

function counted(restart: RestartSpec, record: RestartRecord, { run, oomKills }: { readonly run: Run | undefined; readonly oomKills: number }): RestartRecord {
  return { count: record.count + 1, failures: failuresBefore(restart, record, run) + 1, oomKills: record.oomKills + oomKills };
}

function endOf({ code, ranMs, oomKilled }: ObservedExit): EndRecord {
  return { ...(code === undefined ? {} : { code }), ranMs, oomKilled };
}

function failuresBefore(restart: RestartSpec, record: RestartRecord, exit: Run | undefined): number {
  const ranLong = exit !== undefined && exit.ranMs >= restart.backoff.resetAfterMs;
  return ranLong ? 0 : record.failures;
}
