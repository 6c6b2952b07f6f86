import type { StepFailure } from '../apply/apply.ts';

/** Which containers failed lately, and until when each is left alone. */
export interface Retry {
  /** Monotonic milliseconds by container. */
  readonly heldUntilMs: ReadonlyMap<string, number>;
  /** Notes how a pass ended: `tried` lists all containers that had steps. */
  note(tried: Iterable<string>, failed: readonly StepFailure[], nowMs: number): void;
  /** A container whose manifest changed deserves a new try. */
  forget(names: Iterable<string>): void;
}

const firstDelayMs = 1_000;
const longestDelayMs = 300_000;

/** Each container that fails backs off alone, twice as long each time, until it succeeds or the manifests change. */
export function openRetry(): Retry {
  const failures = new Map<string, number>();
  const heldUntilMs = new Map<string, number>();
  return {
    heldUntilMs,
    note(tried, failed, nowMs) {
      for (const name of tried) heldUntilMs.delete(name);
      const failedNames = new Set(failed.map(({ name }) => name));
      for (const name of tried) if (!failedNames.has(name)) failures.delete(name);
      for (const name of failedNames) {
        const count = failures.get(name) ?? 0;
        failures.set(name, count + 1);
        heldUntilMs.set(name, nowMs + Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(count, 20)));
      }
    },
    forget(names) {
      for (const name of names) {
        failures.delete(name);
        heldUntilMs.delete(name);
      }
    },
  };
}
