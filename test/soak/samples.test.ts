import { describe, expect, it } from 'vitest';
import { growthPerHour } from './samples.ts';
import type { Sample } from './samples.ts';

/** A sample each second of a watch that grows by `mbPerHour`. */
const live = (life: number, begin: number, { seconds, first, mbPerHour }: { readonly seconds: number; readonly first: number; readonly mbPerHour: number }): Sample[] =>
  Array.from({ length: seconds }, (_, second) => ({ seconds: begin + second, life, rssMb: first + (mbPerHour * second) / 3_600, descriptors: 20, threads: 11, cgroups: 50 }));

describe('growthPerHour', () => {
  it('finds how much one watch grows', () => {
    expect(growthPerHour(live(1, 0, { seconds: 600, first: 80, mbPerHour: 6 }), 'rssMb')).toBeCloseTo(6);
  });

  it('takes a new watch, which begins with more or less, for no growth', () => {
    const samples = [...live(1, 0, { seconds: 600, first: 80, mbPerHour: 2 }), ...live(2, 600, { seconds: 600, first: 120, mbPerHour: 2 })];

    expect(growthPerHour(samples, 'rssMb')).toBeCloseTo(2);
  });

  it('leaves out the first minute, in which a watch gets warm', () => {
    const warming = live(1, 0, { seconds: 60, first: 10, mbPerHour: 3_600 });

    expect(growthPerHour([...warming, ...live(1, 60, { seconds: 600, first: 80, mbPerHour: 0 })], 'rssMb')).toBeCloseTo(0);
    expect(growthPerHour(warming, 'rssMb')).toBeUndefined();
  });

  it('tells descriptors from memory', () => {
    expect(growthPerHour(live(1, 0, { seconds: 600, first: 80, mbPerHour: 6 }), 'descriptors')).toBeCloseTo(0);
  });
});
