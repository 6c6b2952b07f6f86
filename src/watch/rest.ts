/** How long a watch rests between two looks at everything. */
export interface Rest {
  /** A look at everything took this much CPU time. */
  looked(cpuMs: number): void;
  /** Milliseconds from the end of one pass to the next look at everything. */
  readonly ms: number;
}

const shortestMs = 30_000;
const longestMs = 300_000;

/** Of one CPU. What events cost, and collecting what looks leave, comes on top. */
const largestShare = 0.003;

/**
 * Events tell nearly everything at once; full looks are for what the kernel lost. So they may be rarer where there is
 * much to look at: by default they take no more than their share of a CPU, but never rest for more than five minutes.
 *
 * @param askedMs always this long; by default as long as the share asks for
 */
export function openRest(askedMs?: number): Rest {
  // The first look reads what later ones know: of two in a row the cheaper one counts.
  let [last, before] = [0, 0];
  return {
    looked(cpuMs) {
      [last, before] = [cpuMs, last];
    },
    get ms() {
      return askedMs ?? Math.min(longestMs, Math.max(shortestMs, Math.min(last, before) / largestShare));
    },
  };
}
