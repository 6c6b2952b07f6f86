/** Which containers are left alone for a while, and until when. */
export interface Retry {
  /** Monotonic milliseconds by container; those in the past are dropped by `expire`. */
  readonly heldUntilMs: ReadonlyMap<string, number>;
  /** @param longestMs no delay is longer, where the container can go on by itself at any moment */
  failed(name: string, nowMs: number, longestMs?: number): void;
  succeeded(name: string): void;
  /** Drift of the container was healed. */
  healed(name: string, nowMs: number): void;
  /** A container whose manifest changed deserves a new try. */
  forget(names: Iterable<string>): void;
  expire(nowMs: number): void;
}

const firstDelayMs = 1_000;
const longestDelayMs = 300_000;

/** Healing this often in a row is done at once; whoever goes on writing is answered more and more slowly. */
const promptHeals = 10;
const firstHealDelayMs = 20;
const longestHealDelayMs = 1_000;

/**
 * A heal is an event like any other write. That one is looked at after a rest, in which others have the CPU and, where
 * there are few, see at once what was healed.
 */
const echoMs = 2;

/** Heals further apart than this are not in a row. */
const healMemoryMs = 5_000;

/** Each container that fails backs off alone, twice as long each time, until it succeeds or the manifests change. */
export function openRetry(): Retry {
  const failures = new Map<string, number>();
  const heals = new Map<string, { readonly count: number; readonly atMs: number }>();
  const heldUntilMs = new Map<string, number>();
  let sweptAtMs = 0;
  return {
    heldUntilMs,
    failed(name, nowMs, longestMs = longestDelayMs) {
      const count = failures.get(name) ?? 0;
      failures.set(name, count + 1);
      heldUntilMs.set(name, nowMs + doubled(firstDelayMs, count, longestMs));
    },
    succeeded(name) {
      failures.delete(name);
    },
    healed(name, nowMs) {
      const last = heals.get(name);
      const count = last === undefined || nowMs - last.atMs > healMemoryMs ? 1 : last.count + 1;
      heals.set(name, { count, atMs: nowMs });
      heldUntilMs.set(name, nowMs + (count > promptHeals ? doubled(firstHealDelayMs, count - promptHeals - 1, longestHealDelayMs) : echoMs));
    },
    forget(names) {
      for (const name of names) for (const map of [failures, heals, heldUntilMs]) map.delete(name);
    },
    expire(nowMs) {
      for (const [name, atMs] of heldUntilMs) if (atMs <= nowMs) heldUntilMs.delete(name);
      // Each heal asks whether the one before counts: this only keeps them from being many.
      if (nowMs - sweptAtMs <= healMemoryMs) return;
      sweptAtMs = nowMs;
      for (const [name, { atMs }] of heals) if (nowMs - atMs > healMemoryMs) heals.delete(name);
    },
  };
}

function doubled(firstMs: number, times: number, longestMs: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(times, 20));
}
