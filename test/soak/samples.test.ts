import { describe, expect, it } from 'vitest';
import { growthOf, tooMuchGrowth } from './samples.ts';
import type { Sample } from './samples.ts';

/** A sample each second of a watch that grows by `mbPerHour`. */
const live = (life: number, begin: number, { seconds, first, mbPerHour }: { readonly seconds: number; readonly first: number; readonly mbPerHour: number }): Sample[] =>
  Array.from({ length: seconds }, (_, second) => ({ seconds: begin + second, life, rssMb: first + (mbPerHour * second) / 3_600, descriptors: 20, threads: 11, cgroups: 50 }));

describe('growthOf', () => {
  it('finds how much one watch grows, and over how long', () => {
    const { perHour = NaN, minutes } = growthOf(live(1, 0, { seconds: 1_201, first: 80, mbPerHour: 6 }), 'rssMb') ?? {};

    expect(perHour).toBeCloseTo(6);
    expect(minutes).toBe(10);
  });

  it('takes a new watch, which begins with more or less, for no growth', () => {
    const samples = [...live(1, 0, { seconds: 600, first: 80, mbPerHour: 2 }), ...live(2, 600, { seconds: 600, first: 120, mbPerHour: 2 })];

    expect(growthOf(samples, 'rssMb')?.perHour).toBeCloseTo(2);
  });

  it('leaves out the time in which a watch gets warm, and watches that lived too short', () => {
    const cold = live(1, 0, { seconds: 600, first: 10, mbPerHour: 300 });
    const warm = live(1, 600, { seconds: 600, first: 60, mbPerHour: 0 });
    const short = live(2, 1_200, { seconds: 50, first: 10, mbPerHour: 3_600 });

    expect(growthOf([...cold, ...warm, ...short], 'rssMb')?.perHour).toBeCloseTo(0);
    expect(growthOf(short, 'rssMb')).toBeUndefined();
  });

  it('tells descriptors from memory', () => {
    expect(growthOf(live(1, 0, { seconds: 600, first: 80, mbPerHour: 6 }), 'descriptors')?.perHour).toBeCloseTo(0);
  });
});

describe('tooMuchGrowth', () => {
  const grown = (seconds: number, mbPerHour: number): readonly string[] => tooMuchGrowth(live(1, 0, { seconds, first: 80, mbPerHour }));

  it('is more than a mebibyte an hour, once a watch was warm for an hour', () => {
    expect(grown(5_500, 1.2)).toEqual(['the watch grew by 1.20 MB of resident memory an hour, and 1.05 is the most']);
    expect(grown(5_500, 1)).toEqual([]);
    expect(grown(5_000, 100)).toEqual([]);
  });

  it('is a descriptor that each hour leaves open', () => {
    const leaking = live(1, 0, { seconds: 7_500, first: 80, mbPerHour: 0 }).map((sample) => ({ ...sample, descriptors: 20 + Math.floor(sample.seconds / 3_600) }));

    expect(tooMuchGrowth(leaking)).toEqual([expect.stringMatching(/^the watch grew by \d\.\d\d open descriptors an hour, and 0.50 is the most$/)]);
  });
});
