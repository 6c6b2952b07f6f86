import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareNames, rangesOf } from '../../src/render/plan-names.ts';

describe('compareNames', () => {
  it('orders names as people count', () => {
    const names = ['web-10', 'web-2', 'web', 'db-1', 'web-02', 'web-2-1'];

    expect(names.sort(compareNames)).toEqual(['db-1', 'web', 'web-2', 'web-10', 'web-02', 'web-2-1']);
  });
});

describe('rangesOf', () => {
  it.each([
    ['three in a row', ['web-0', 'web-1', 'web-2'], ['web-0 … web-2']],
    ['two in a row', ['web-0', 'web-1'], ['web-0', 'web-1']],
    ['a gap', ['web-0', 'web-1', 'web-2', 'web-4'], ['web-0 … web-2', 'web-4']],
    ['two manifests', ['db-0', 'web-1', 'web-2', 'web-3'], ['db-0', 'web-1 … web-3']],
    ['names without a number', ['a', 'b', 'c'], ['a', 'b', 'c']],
    ['a zero before the number', ['web-01', 'web-02', 'web-03'], ['web-01', 'web-02', 'web-03']],
    ['none', [], []],
  ])('tells %s', (_case, names, ranges) => {
    expect(rangesOf(names)).toEqual(ranges);
  });

  it('loses no name and adds none', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat({ max: 30 })), (numbers) => {
        const names = numbers.sort((a, b) => a - b).map((number) => `web-${number}`);

        const spelled = rangesOf(names).flatMap((range) => {
          const [from = 0, to = from] = range.split(' … ').map((name) => Number(name.slice(4)));
          return Array.from({ length: to - from + 1 }, (_, index) => `web-${from + index}`);
        });

        expect(spelled).toEqual(names);
      }),
    );
  });
});
