/** One timer, always set for the earliest moment that anybody asked for. */
export interface Alarm {
  /** Rings at `atMs` of the monotonic clock, or earlier if it is set so already. */
  setFor(atMs: number): void;
  cancel(): void;
}

/** Node's timers hold 31 bits. */
const longestMs = 2 ** 31 - 1;

/** @param now the monotonic clock in milliseconds */
export function openAlarm(ring: () => void, now: () => number): Alarm {
  let timer: NodeJS.Timeout | undefined;
  let dueMs = Infinity;
  const cancel = (): void => {
    clearTimeout(timer);
    timer = undefined;
    dueMs = Infinity;
  };
  const setFor = (atMs: number): void => {
    if (atMs >= dueMs) return;
    cancel();
    dueMs = atMs;
    timer = setTimeout(() => { cancel(); ring(); }, Math.min(longestMs, Math.max(0, Math.ceil(atMs - now()))));
  };
  return { setFor, cancel };
}
