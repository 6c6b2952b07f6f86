import { describe, expect, it } from 'vitest';
import { isWithin } from '../../src/state/path.ts';

describe('isWithin', () => {
  it.each([
    ['/data', true],
    ['/data/x', true],
    ['/database', false],
    ['/', false],
  ])('judges %s beneath /data', (path, within) => {
    expect(isWithin(path, ['/data'])).toBe(within);
  });

  it('finds everything beneath the root', () => {
    expect(isWithin('/x', ['/'])).toBe(true);
  });
});
