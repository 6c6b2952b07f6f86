import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, pairwiseRatios, quantile, slope, summarize, thinned } from './statistics.ts';

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });
const positive = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 });

describe('a quantile', () => {
  it.each<[title: string, values: readonly number[], share: number, want: number]>([
    ['one value', [7], 0.99, 7],
    ['the median of an odd number of values', [3, 1, 2], 0.5, 2],
    ['the median of an even number of values', [4, 1, 2, 3], 0.5, 2.5],
    ['the least', [4, 1, 2], 0, 1],
    ['the greatest', [4, 1, 2], 1, 4],
    ['between two neighbours in proportion', [0, 10], 0.25, 2.5],
  ])('is %s', (_title, given, share, want) => {
    expect(quantile(given, share)).toBeCloseTo(want);
  });

  it('lies between the least and the greatest, and grows with the share', () => {
    fc.assert(fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (given, one, other) => {
      const [low, high] = [quantile(given, Math.min(one, other)), quantile(given, Math.max(one, other))];

      expect(low).toBeGreaterThanOrEqual(Math.min(...given));
      expect(high).toBeLessThanOrEqual(Math.max(...given));
      expect(low).toBeLessThanOrEqual(high + 1e-6);
    }));
  });

  it('does not depend on the order of the values, which it leaves as they are', () => {
    fc.assert(fc.property(values, (given) => {
      const before = [...given];

      expect(median(given)).toBe(median(given.toReversed()));
      expect(given).toEqual(before);
    }));
  });

  it.each([[[]], [[1, NaN]], [[Infinity]]])('is refused of %j', (given) => {
    expect(() => quantile(given, 0.5)).toThrow(RangeError);
  });
});

describe('a summary', () => {
  it('has count, least, median, greatest and how far apart the middle half lies', () => {
    expect(summarize([1, 2, 3, 4, 5])).toMatchObject({ count: 5, min: 1, median: 3, max: 5, spread: 1 / 3 });
  });

  it('has no spread where all values are one', () => {
    expect(summarize([0, 0, 0]).spread).toBe(0);
    expect(summarize([8, 8]).spread).toBe(0);
  });
});

describe('ratios', () => {
  it('are made pair by pair, and of what has a partner alone', () => {
    expect(pairwiseRatios([2, 9, 4], [1, 3])).toEqual([2, 3]);
  });

  it('are 1 of a series with itself', () => {
    fc.assert(fc.property(positive, (given) => {
      expect(new Set(pairwiseRatios(given, given))).toEqual(new Set([1]));
    }));
  });
});

describe('a slope', () => {
  it('is what each step adds', () => {
    fc.assert(fc.property(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -100, max: 100 }), (rise, start) => {
      const points = [0, 1, 2, 5].map((x) => [x, start + rise * x] as const);

      expect(slope(points)).toBeCloseTo(rise);
    }));
  });

  it.each([[[]], [[[1, 5]]], [[[1, 5], [1, 9]]]] as [x: number, y: number][][][])('is nothing for %j', (points) => {
    expect(slope(points)).toBe(0);
  });
});

describe('thinning', () => {
  it('keeps the least, the greatest and the median of many', () => {
    const given = Array.from({ length: 10_001 }, (_, index) => (index * 7919) % 10_001);

    const few = thinned(given, 101);

    expect(few).toHaveLength(101);
    expect([Math.min(...few), median(few), Math.max(...few)]).toEqual([0, 5000, 10_000]);
  });

  it('leaves few values as they are', () => {
    expect(thinned([3, 1, 2], 3)).toEqual([3, 1, 2]);
  });
});
