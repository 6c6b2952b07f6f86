import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bfqScale,
  cfqScale,
  scaleWeight,
  sharesOfWeight,
  unscaleWeight,
  weightOfShares,
} from '../../../src/host/cgroup/weight.ts';

const weights = Array.from({ length: 10_000 }, (_, index) => index + 1);

describe('sharesOfWeight', () => {
  it('gives the kernel\'s default shares for the default weight, both ways', () => {
    expect(sharesOfWeight(100)).toBe(1024);
    expect(weightOfShares(1024)).toBe(100);
  });

  it('divides as cgroup2 does: shares are in proportion to weights', () => {
    expect([50, 200, 1000].map(sharesOfWeight)).toEqual([512, 2048, 10_240]);
  });

  it('brings back every whole weight', () => {
    expect(weights.filter((weight) => weightOfShares(sharesOfWeight(weight)) !== weight)).toEqual([]);
  });

  it('shows shares that no whole weight gives as another weight, so that drift is seen', () => {
    expect(weightOfShares(1025)).toBe(100.1);
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 262_144 }), (shares) => sharesOfWeight(weightOfShares(shares)) === shares),
    );
  });
});

describe('scaleWeight', () => {
  for (const [name, scale] of Object.entries({ bfqScale, cfqScale })) {
    it(`maps least, default and greatest weight to those of ${name}`, () => {
      expect([1, 100, 10_000].map((weight) => scaleWeight(weight, scale))).toEqual([scale.min, scale.normal, scale.max]);
    });

    it(`is exact for whatever a file of ${name} can hold`, () => {
      const values = Array.from({ length: scale.max - scale.min + 1 }, (_, index) => scale.min + index);

      expect(values.filter((value) => scaleWeight(unscaleWeight(value, scale), scale) !== value)).toEqual([]);
    });

    it(`never gives a greater weight less in ${name}`, () => {
      const scaled = weights.map((weight) => scaleWeight(weight, scale));

      expect(scaled).toEqual(scaled.toSorted((one, other) => one - other));
    });
  }
});
