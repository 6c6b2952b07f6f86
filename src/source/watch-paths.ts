import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { ReconcileError } from '../errors.ts';
import { watchFolders } from './folder-watch.ts';
import type { FolderWatch, Meaning } from './folder-watch.ts';

export interface WatchNews {
  /** From here on to `ended`, everything that changes is told. `folders` can be asked to look for what no event told of. */
  began?(folders: FolderWatch): void;
  /** As `ring` of `watchFolders`. */
  told?(path: string | undefined): void;
  ended?(folders: FolderWatch): void;
  /** As that of `watchFolders`. */
  meaningOf?(path: string): Meaning;
  /** As that of `watchFolders`. */
  limited?(error: ReconcileError): void;
}

/** The first change of a burst is told at once, the rest of it after this pause. */
const gatherMs = 10;

/**
 * Yields when something below the paths may have changed, until the signal. Changes that come while the
 * reader is busy are told once. The kernel can lose events without a word: a reader must look now and then anyway.
 */
export async function* watchPaths(paths: readonly string[], signal: AbortSignal, news: WatchNews = {}): AsyncGenerator<void> {
  if (signal.aborted) return;
  const bell = createBell(signal);
  const folders = watchFolders(paths, (path) => {
    news.told?.(path);
    bell.ring();
  }, (path) => news.meaningOf?.(path) ?? 'anything', news.limited);
  news.began?.(folders);
  try {
    while (await bell.heard()) {
      yield;
      await wait(gatherMs, undefined, { signal }).catch(ignoreAbort);
    }
  } finally {
    news.ended?.(folders);
    folders.close();
  }
}

/** The signal is looked at in `heard`. */
function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
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
