import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/manifest/nearest.ts';

describe('the nearest word', () => {
  it.each([
    ['memroy', 'memory'],
    ['CPUS', 'cpus'],
    ['replica', 'replicas'],
    ['cpsu', 'cpus'],
  ])('to %s is %s', (word, near) => {
    expect(nearest(word, ['args', 'cpus', 'memory', 'replicas'])).toBe(near);
  });

  it('is none where all are far', () => {
    expect(nearest('zzz', ['args', 'cpus'])).toBeUndefined();
    expect(nearest('x'.repeat(1_000_000), ['args'])).toBeUndefined();
    expect(nearest('args', [])).toBeUndefined();
  });
});
