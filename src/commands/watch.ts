import { openHostToChange } from '../host/host.ts';
import { acquireLock } from '../host/lock.ts';
import type { Notifier } from '../host/notify.ts';
import { takeNotifier } from '../host/notify.ts';
import { takeUp } from '../host/take-up.ts';
import { parseDuration } from '../manifest/duration.ts';
import { farewell } from '../render/farewell.ts';
import { openServiceStory } from '../render/service-story.ts';
import type { ServiceStory } from '../render/service-story.ts';
import { tellLog, tellOnScreen } from '../render/watch-story.ts';
import type { WatchEvent, WatchOptions } from '../watch/watch.ts';
import { watch } from '../watch/watch.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { openSource, ownersOf, planOptionsOf } from './sources.ts';

/** Converges until a signal comes. Containers are left running. */
export async function run({ flags, operands, settings, screen, openLog, signal }: Invocation): Promise<Outcome> {
  const notifier = takeNotifier(process.env, process.pid, { onError: screen.error });
  const source = await openSource(operands, ownersOf(flags, process.env));
  const host = await openHostToChange(settings);
  const tell = screen.live ? tellOnScreen(screen) : tellLog(await openLog());
  const story = notifier === undefined ? undefined : openServiceStory(notifier);
  let collectGarbage: (() => void) | undefined;
  const onEvent = (event: WatchEvent): void => {
    if (event.type === 'pass' && !screen.live) screen.show({ kind: 'plan', plan: event.plan });
    tell(event);
    story?.event(event);
    if (event.type === 'ready') collectGarbage = keepHeapSmall();
  };
  signal.addEventListener('abort', () => { story?.stopping(); });
  const resyncMs = resyncMsOf(flags);
  const lock = acquireLock(host.paths.lock);
  let ended = true;
  try {
    await takeUp(host);
    ended = await watch(host, source, { ...planOptionsOf(flags), ...heartbeatOf(notifier, story), ...(resyncMs === undefined ? {} : { resyncMs }), signal, onEvent, onRest: () => { collectGarbage?.(); } });
  } finally {
    // What hangs may still change something: the lock then goes with the process, which it must not keep.
    if (ended) lock.release();
    else setTimeout(() => process.exit(), lastWordsMs).unref();
  }
  screen.note(farewell(flags, process.env));
  await notifier?.settled();
  return { result: { kind: 'nothing' } };
}

/** A collection as thorough as the first takes three times as long as another, 40 ms where 300 containers run. */
const restsToThorough = 10;

/**
 * V8 lets the space for new objects grow to 48 MB and more where a pass makes many, and a watch hardly makes any for the
 * rest of its life; and what a pass leaves behind it keeps until there is half as much again as is in use. Here all that
 * the start took is given back, and the result is to be called after each full pass. Only once the watch is ready: code
 * that was compiled for other flags is not taken from the build. A plain collection keeps memory that nothing in it is in
 * use of, ever more of it: now and then that is given back too.
 */
function keepHeapSmall(): () => void {
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--expose-gc');
  // Else each collection brings nearer that code which was not run for a while is dropped: a heal would compile it anew.
  setFlagsFromString('--no-flush-bytecode');
  const gc = process.getBuiltinModule('node:vm').runInNewContext('gc') as NodeJS.GCFunction;
  const collectAll = (): void => { void gc({ type: 'major', flavor: 'last-resort' }); };
  collectAll();
  let rests = 0;
  return () => {
    rests += 1;
    if (rests % restsToThorough === 0) collectAll();
    else void gc();
  };
}

/** Time for what was said to reach whoever reads it. */
const lastWordsMs = 50;

/** Two beats in the time after which a watch counts as hung: sd_watchdog_enabled(3). */
function heartbeatOf(notifier: Notifier | undefined, story: ServiceStory | undefined): Pick<WatchOptions, 'heartbeat'> {
  if (notifier?.watchdogMs === undefined || story === undefined) return {};
  return { heartbeat: { everyMs: notifier.watchdogMs / 2, beat: story.beat } };
}

/** Less than this would keep a CPU busy with looking. */
const shortestResyncMs = 100;

/** Undefined: as the watch sees fit. */
function resyncMsOf(flags: Flags): number | undefined {
  if (flags['resync'] === 'auto') return undefined;
  const reading = parseDuration(String(flags['resync']), shortestResyncMs);
  if ('value' in reading) return reading.value;
  throw usageError(`--resync ${String(flags['resync'])} ${reading.fault.message}`, reading.fault.hint);
}
