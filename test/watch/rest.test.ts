import { describe, expect, it } from 'vitest';
import { openRest } from '../../src/watch/rest.ts';

function restAfter(looksMs: readonly number[], askedMs?: number): number {
  const rest = openRest(askedMs);
  for (const cpuMs of looksMs) rest.looked(cpuMs);
  return rest.ms;
}

describe('the rest between two looks at everything', () => {
  it.each<[string, readonly number[], number]>([
    ['half a minute before anything was looked at', [], 30_000],
    ['half a minute where looking is cheap', [90, 90], 30_000],
    ['as long as keeps looking at 0.3 % of a CPU', [300, 300], 100_000],
    ['not longer for one dear look, such as the first', [900, 90], 30_000],
    ['five minutes at the most', [5_000, 5_000], 300_000],
  ])('is %s', (_title, looks, want) => {
    expect(restAfter(looks)).toBe(want);
  });

  it('is what was asked for, whatever looking takes', () => {
    expect(restAfter([5_000, 5_000], 1_000)).toBe(1_000);
  });
});
