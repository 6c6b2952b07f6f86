import { once } from 'node:events';
import { dirname, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { watch } from 'chokidar';

/** The first change of a burst is told at once, the rest of it after this pause. */
const gatherMs = 10;

/**
 * Yields when something below the paths may have changed, until the signal. Changes that come while the
 * reader is busy are told once. The kernel can lose events without a word: a reader must look now and then anyway.
 */
export async function* watchPaths(paths: readonly string[], signal: AbortSignal): AsyncGenerator<void> {
  if (signal.aborted) return;
  const bell = createBell(signal);
  const watchers = [watchBelow(paths, bell.ring), watchAround(paths, bell.ring)];
  try {
    while (await bell.heard()) {
      yield;
      await wait(gatherMs, undefined, { signal }).catch(ignoreAbort);
    }
  } finally {
    await Promise.all(watchers.map((watcher) => watcher.close()));
  }
}

/** The signal is looked at in `heard`. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}

type Watcher = ReturnType<typeof watch>;

function watchBelow(paths: readonly string[], ring: () => void): Watcher {
  const ignored = (path: string): boolean => /(^|\/)\.git(\/|$)/.test(path);
  return listen(watch([...paths], { ignoreInitial: true, ignored, atomic: false }), ring);
}

/** A path that is removed and made again is a new inode: only the folder around it shows that. */
function watchAround(paths: readonly string[], ring: () => void): Watcher {
  const named = new Set(paths.map((path) => resolve(path)));
  const folders = [...new Set([...named].map((path) => dirname(path)))];
  const ignored = (path: string): boolean => !folders.includes(path) && !named.has(path);
  return listen(watch(folders, { ignoreInitial: true, ignored, depth: 0, atomic: false }), ring);
}

/**
 * A watch that fails leaves the reader with its own timer; it must not end the program. Files that were made while it
 * got ready count as there before: the reader, who may have looked earlier, is told once that it is ready.
 */
function listen(watcher: Watcher, ring: () => void): Watcher {
  return watcher.on('all', ring).on('error', ring).on('ready', ring);
}

interface Bell {
  readonly ring: () => void;
  /** Waits for a ring, or takes one that came before; false once the signal came. */
  heard(): Promise<boolean>;
}

function createBell(signal: AbortSignal): Bell {
  const target = new EventTarget();
  let rung = false;
  function ring(): void {
    rung = true;
    target.dispatchEvent(new Event('ring'));
  }
  async function heard(): Promise<boolean> {
    if (!rung && !signal.aborted) await once(target, 'ring', { signal }).catch(ignoreAbort);
    rung = false;
    return !signal.aborted;
  }
  return { ring, heard };
}
