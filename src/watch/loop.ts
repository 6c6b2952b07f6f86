import type { Wake } from './wake.ts';
import { gatherWakes, wakeAll } from './wake.ts';

export interface Loop {
  /** Asks for a pass; asking again before it starts costs nothing. */
  wake(wake: Wake): void;
  /** Settles when the loop was stopped and the pass in flight ended. */
  readonly stopped: Promise<void>;
}

/**
 * Runs passes, level-triggered: the first at once, one in flight, at most one pending, which covers
 * all that was asked for meanwhile. `pass` must not reject.
 */
export function startLoop(pass: (wake: Wake) => Promise<void>, signal: AbortSignal): Loop {
  const pending = gatherWakes();
  pending.add(wakeAll);
  let rouse = (): void => undefined;
  const wake = (next: Wake): void => {
    pending.add(next);
    rouse();
  };
  const asked = (): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    rouse = resolve;
    return promise;
  };
  const run = async (): Promise<void> => {
    signal.addEventListener('abort', () => { rouse(); }, { once: true });
    while (!signal.aborted) {
      const next = pending.take();
      if (next === undefined) await asked();
      else await pass(next);
    }
  };
  return { wake, stopped: run() };
}
