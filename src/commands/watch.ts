import { openHost } from '../host/host.ts';
import { acquireLock } from '../host/lock.ts';
import { parseDuration } from '../manifest/duration.ts';
import { farewell } from '../render/farewell.ts';
import { tellLog, tellOnScreen } from '../render/watch-story.ts';
import type { WatchEvent } from '../watch/watch.ts';
import { watch } from '../watch/watch.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { openSource, planOptionsOf } from './sources.ts';

/** Converges until a signal comes. Containers are left running. */
export async function run({ flags, operands, settings, screen, openLog, signal }: Invocation): Promise<Outcome> {
  const source = await openSource(operands);
  const host = await openHost(settings);
  const tell = screen.live ? tellOnScreen(screen) : tellLog(await openLog());
  const onEvent = (event: WatchEvent): void => {
    if (event.type === 'pass' && !screen.live) screen.show({ kind: 'plan', plan: event.plan });
    tell(event);
  };
  const lock = acquireLock(host.paths.lock);
  let ended = true;
  try {
    ended = await watch(host, source, { ...planOptionsOf(flags), resyncMs: resyncMsOf(flags), signal, onEvent });
  } finally {
    // What hangs may still change something: the lock then goes with the process, which it must not keep.
    if (ended) lock.release();
    else setTimeout(() => process.exit(), lastWordsMs).unref();
  }
  screen.note(farewell(flags, process.env));
  return { result: { kind: 'nothing' } };
}

/** Time for what was said to reach whoever reads it. */
const lastWordsMs = 50;

/** Less than this would keep a CPU busy with looking. */
const shortestResyncMs = 100;

function resyncMsOf(flags: Flags): number {
  const reading = parseDuration(String(flags['resync']), shortestResyncMs);
  if ('value' in reading) return reading.value;
  throw usageError(`--resync ${String(flags['resync'])} ${reading.fault.message}`, reading.fault.hint);
}
