import type { StepEvent } from '../apply/apply.ts';
import type { ReconcileError } from '../errors.ts';
import { asReconcileError } from '../unexpected-error.ts';
import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import type { Plan, Reservations } from '../plan/types.ts';
import type { Source } from '../source/source.ts';
import { openAlarm } from './alarm.ts';
import { openDue } from './due.ts';
import { openHeartbeat } from './heartbeat.ts';
import type { HeartbeatOptions } from './heartbeat.ts';
import { startLoop } from './loop.ts';
import { openPasses } from './pass.ts';
import { openRest } from './rest.ts';
import { openTeller } from './teller.ts';
import { openTriggers } from './triggers.ts';
import type { Wake } from './wake.ts';
import { wakeAll, wakeContainers } from './wake.ts';

export interface WatchOptions {
  /** Aborting ends the watch; containers go on running. */
  readonly signal: AbortSignal;
  readonly allowHazards?: boolean;
  readonly allowPrune?: boolean;
  readonly reservations?: Reservations;
  /** A full pass runs at least this often, since the kernel may lose events without a word. Default: see `openRest`. */
  readonly resyncMs?: number;
  /** How long the manifests must lie still before anything is deleted, restarted or replaced for them. */
  readonly settleMs?: number;
  /** Called this often while the watch is alive: not where a pass hangs. */
  readonly heartbeat?: Pick<HeartbeatOptions, 'everyMs' | 'beat'>;
  readonly onEvent: (event: WatchEvent) => void;
  /** Called after each pass over everything. */
  readonly onRest?: () => void;
}

export type WatchEvent =
  | StepEvent
  /** A pass that does or reports something; the first one is always told. */
  | { readonly type: 'pass'; readonly plan: Plan; readonly first: boolean }
  /** The first pass ended. */
  | { readonly type: 'ready' }
  | { readonly type: 'source-error'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly type: 'pass-failed'; readonly error: ReconcileError }
  /** Events may be missed; the full passes go on. */
  | { readonly type: 'watch-limited'; readonly error: ReconcileError };

/** After a pass that failed as a whole, the next one comes sooner than the resync, and later each time. */
const firstRetryMs = 1_000;

/** What is still not done this long after the abort is left behind. It is less than the second that a user is promised. */
const patienceMs = 600;

/**
 * Converges until told to stop. Rejects only where it could not begin. False: it was told to stop, and something
 * that hangs is left behind, so that the process should end before anybody else takes its place.
 */
export async function watch(host: Host, source: Source, options: WatchOptions): Promise<boolean> {
  const { signal, heartbeat } = options;
  const rest = openRest(options.resyncMs);
  const teller = openTeller(options.onEvent);
  const onEvent = teller.tell;
  const heart = heartbeat === undefined ? undefined : openHeartbeat({ ...heartbeat, restMs: rest.ms }, monotonicMs);
  let failedPasses = 0;
  const run = async (wake: Wake): Promise<void> => {
    heart?.passBegan();
    try {
      if (wake.full) triggers.refresh();
      await passes.run(wake);
      failedPasses = 0;
    } catch (error) {
      if (!signal.aborted) onEvent({ type: 'pass-failed', error: asReconcileError(error, 'pass failed') });
      alarm.setFor(monotonicMs() + firstRetryMs * 2 ** failedPasses);
      failedPasses += 1;
    }
    if (wake.full) options.onRest?.();
    heart?.passEnded(rest.ms);
    alarm.setFor(monotonicMs() + rest.ms);
  };
  const alarm = openAlarm(() => { loop.wake(wakeAll); }, monotonicMs);
  const due = openDue((names) => { loop.wake(wakeContainers(names)); }, monotonicMs);
  const passes = openPasses(host, source, { ...options, onEvent }, {
    wake: (wake) => { loop.wake(wake); },
    dueAt: (name, atMs) => { due.set(name, atMs); },
    allDueAt: (atMs) => { alarm.setFor(atMs); },
    arm: (name, pid) => { triggers.arm(name, pid); },
    disarm: (name) => { triggers.disarm(name); },
    isArmed: (name) => triggers.isArmed(name),
    looked: rest.looked,
  });
  const triggers = openTriggers(host, source, {
    signal,
    wake: (wake) => { loop.wake(wake); },
    wakeOne: (name) => {
      const heldMs = passes.heldUntilMs(name);
      if (heldMs === undefined) loop.wake(wakeContainers(new Set([name])));
      else due.set(name, heldMs);
    },
    onLimited: (error) => { onEvent({ type: 'watch-limited', error }); },
  });
  const loop = startLoop(run, signal);
  try {
    return await endsInTime(loop.stopped.then(passes.idle), signal);
  } finally {
    heart?.cancel();
    alarm.cancel();
    due.cancel();
    triggers.close();
    teller.flush();
  }
}

/** Whether `ended` settles before the patience after the abort is over. */
async function endsInTime(ended: Promise<void>, signal: AbortSignal): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  let timer: NodeJS.Timeout | undefined;
  const begin = (): void => { timer = setTimeout(() => { resolve(false); }, patienceMs); };
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  const inTime = await Promise.race([ended.then(() => true), late]);
  clearTimeout(timer);
  return inTime;
}
