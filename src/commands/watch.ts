import { openHost } from '../host/host.ts';
import { acquireLock } from '../host/lock.ts';
import { parseDuration } from '../manifest/duration.ts';
import { tellLog, tellOnScreen } from '../render/watch-story.ts';
import type { WatchEvent } from '../watch/watch.ts';
import { watch } from '../watch/watch.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { openSource, planOptionsOf } from './sources.ts';

/** Converges until a signal comes. Containers are left running. */
export async function run({ flags, operands, settings, screen, log, signal }: Invocation): Promise<Outcome> {
  const source = await openSource(operands);
  const host = await openHost(settings);
  const tell = screen.live ? tellOnScreen(screen) : tellLog(log);
  const onEvent = (event: WatchEvent): void => {
    if (event.type === 'pass' && !screen.live) screen.show({ kind: 'plan', plan: event.plan });
    tell(event);
  };
  const lock = acquireLock(host.paths.lock);
  try {
    await watch(host, source, { ...planOptionsOf(flags), resyncMs: resyncMsOf(flags), signal, onEvent });
  } finally {
    lock.release();
  }
  screen.note(farewell);
  return { result: { kind: 'nothing' } };
}

/** Less than this would keep a CPU busy with looking. */
const shortestResyncMs = 100;

function resyncMsOf(flags: Flags): number {
  const reading = parseDuration(String(flags['resync']), shortestResyncMs);
  if ('value' in reading) return reading.value;
  throw usageError(`--resync ${String(flags['resync'])} ${reading.fault.message}`, reading.fault.hint);
}

const farewell = `Stopped watching. The containers go on running.
  reconcile status   shows them
  reconcile destroy  removes them`;
