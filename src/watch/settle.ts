/** Tells whether the manifests lie still: a file caught half-written must not delete or restart anything. */
export interface Settle {
  /** The manifests read differently; `first` is the start of a watch, where nothing is being written. */
  changed(nowMs: number, first: boolean): void;
  isSettled(nowMs: number): boolean;
  /** Monotonic milliseconds at which they will count as still; empty where they do. */
  dueMs(nowMs: number): readonly number[];
}

const defaultSettleMs = 500;

/** @param settleMs how long nothing may change */
export function openSettle(settleMs = defaultSettleMs): Settle {
  let stillAtMs = 0;
  return {
    changed(nowMs, first) {
      stillAtMs = first ? 0 : nowMs + settleMs;
    },
    isSettled: (nowMs) => nowMs >= stillAtMs,
    dueMs: (nowMs) => (nowMs >= stillAtMs ? [] : [stillAtMs]),
  };
}
