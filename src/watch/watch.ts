import type { StepEvent } from '../apply/apply.ts';
import { ReconcileError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import type { Plan } from '../plan/types.ts';
import type { Source } from '../source/source.ts';
import { openAlarm } from './alarm.ts';
import { startLoop } from './loop.ts';
import { openPasses } from './pass.ts';
import { openTriggers } from './triggers.ts';
import type { Wake } from './wake.ts';
import { wakeAll } from './wake.ts';

export interface WatchOptions {
  /** Aborting ends the watch; containers go on running. */
  readonly signal: AbortSignal;
  readonly allowHazards?: boolean;
  readonly allowPrune?: boolean;
  /** A full pass runs at least this often, since the kernel may lose events without a word. */
  readonly resyncMs?: number;
  /** How long the manifests must lie still before anything is deleted, restarted or replaced for them. */
  readonly settleMs?: number;
  readonly onEvent: (event: WatchEvent) => void;
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

const defaultResyncMs = 30_000;

/** Converges until told to stop. Rejects only where it could not begin. */
export async function watch(host: Host, source: Source, options: WatchOptions): Promise<void> {
  const { signal, onEvent, resyncMs = defaultResyncMs } = options;
  const passes = openPasses(host, source, options);
  const run = async (wake: Wake): Promise<void> => {
    try {
      const { dueMs, watched } = await passes.run(wake);
      triggers.watchContainers(watched);
      for (const atMs of dueMs) alarm.setFor(atMs);
    } catch (error) {
      onEvent({ type: 'pass-failed', error: asReconcileError(error) });
    }
    alarm.setFor(monotonicMs() + resyncMs);
  };
  const alarm = openAlarm(() => { loop.wake(wakeAll); }, monotonicMs);
  const triggers = openTriggers(host, source, {
    signal,
    wake: (wake) => { loop.wake(wake); },
    onLimited: (error) => { onEvent({ type: 'watch-limited', error }); },
  });
  const loop = startLoop(run, signal);
  try {
    await loop.stopped;
  } finally {
    alarm.cancel();
    triggers.close();
  }
}

function asReconcileError(error: unknown): ReconcileError {
  if (error instanceof ReconcileError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ReconcileError('ERR_INTERNAL', `pass failed: ${message}`, { cause: error, retryable: true });
}
