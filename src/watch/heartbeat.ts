/** Tells somebody that the watch is alive, for as long as it is. */
export interface Heartbeat {
  passBegan(): void;
  /** @param restMs the longest rest until the next pass; by default as it was */
  passEnded(restMs?: number): void;
  cancel(): void;
}

export interface HeartbeatOptions {
  readonly everyMs: number;
  readonly beat: () => void;
  /** The longest rest between two passes, in milliseconds. */
  readonly restMs: number;
}

/** A pass may take as many beats, and so may the start of one that is due. */
const patienceBeats = 2;

/**
 * Beats while passes come and end. A pass that hangs, or none where one is due, stops the beats until the next one
 * ends. What a pass began and left to go on does not count: each step is bounded by itself.
 * @param now the monotonic clock in milliseconds
 */
export function openHeartbeat({ everyMs, beat, ...options }: HeartbeatOptions, now: () => number): Heartbeat {
  let { restMs } = options;
  let passing = false;
  let sinceMs = now();
  const turn = (begins: boolean): void => {
    passing = begins;
    sinceMs = now();
  };
  const isAlive = (): boolean => now() - sinceMs <= patienceBeats * everyMs + (passing ? 0 : restMs);
  const timer = setInterval(() => { if (isAlive()) beat(); }, everyMs);
  timer.unref();
  return {
    passBegan: () => { turn(true); },
    passEnded(next = restMs) {
      restMs = next;
      turn(false);
    },
    cancel: () => { clearInterval(timer); },
  };
}
