/** Time that passes only when everything waits for it. */
export interface VirtualTime {
  readonly nowMs: number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Does `act` at that moment, while a `run` goes on. */
  at(ms: number, act: () => void): void;
  /** Lets time pass until `work` is done. Throws where it waits for something that no time brings, or goes on for an hour. */
  run(work: Promise<unknown>): Promise<void>;
  /** Lets this much pass. */
  advance(ms: number): Promise<void>;
}

interface Alarm {
  readonly atMs: number;
  readonly order: number;
  ring(): void;
}

/** Nothing that ends takes nearly so long. */
const longestMs = 3_600_000;

export function openVirtualTime(): VirtualTime {
  let nowMs = 1_000_000;
  let order = 0;
  const alarms: Alarm[] = [];
  const at = (atMs: number, ring: () => void): void => {
    alarms.push({ atMs, order: (order += 1), ring });
  };
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      at(nowMs + ms, () => {
        if (signal?.aborted === true) reject(signal.reason as Error);
        else resolve();
      });
    });
  const ringNext = (): boolean => {
    const next = alarms.reduce<Alarm | undefined>((first, one) => (first === undefined || isBefore(one, first) ? one : first), undefined);
    if (next === undefined) return false;
    alarms.splice(alarms.indexOf(next), 1);
    nowMs = Math.max(nowMs, next.atMs);
    next.ring();
    return true;
  };
  const run = async (work: Promise<unknown>): Promise<void> => {
    const state = { ended: false };
    const end = (): void => { state.ended = true; };
    work.then(end, end);
    const latestMs = nowMs + longestMs;
    for (;;) {
      // Everything that is ready goes first: node empties the queue of promises before this comes back.
      await new Promise(setImmediate);
      if (state.ended) break;
      if (!ringNext()) throw new Error('it waits for ever');
      if (nowMs > latestMs) throw new Error('it goes on for ever');
    }
    await work;
  };
  return {
    get nowMs() { return nowMs; },
    ...{ sleep, at, run },
    advance: (ms) => run(sleep(ms)),
  };
}

function isBefore(one: Alarm, other: Alarm): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order);
}
