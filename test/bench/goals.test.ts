import { describe, expect, it } from 'vitest';
import type { Entry } from './entry.ts';
import { goals, goalsOf, judge, ratioOf } from './goals.ts';
import type { Goal, Judged } from './goals.ts';

const entry: Entry = { id: 'x', title: 'x', unit: 'ms', values: [10, 20, 30], against: { title: 'floor', values: [10, 10, 10], inPairs: true } };

function goal(judged: Judged, bound: Goal['bound'], limit: number, granted?: number): Goal {
  return { entry: 'x', judged, bound, limit, ...(granted === undefined ? {} : { granted }) };
}

describe('a goal', () => {
  it.each<[goal: Goal, reached: number, met: boolean]>([
    [goal('ratio', 'at most', 2), 2, true],
    [goal('ratio', 'at most', 1.9), 2, false],
    [goal('ratio', 'at most', 1, 10), 1, true],
    [goal('gain', 'at least', 0.5), 0.5, true],
    [goal('gain', 'at least', 8), 0.5, false],
    [goal('p50', 'at most', 20), 20, true],
    [goal('p99', 'at most', 29), 29.8, false],
    [goal('max', 'at most', 30), 30, true],
  ])('%j', (held, reached, met) => {
    const verdict = judge(held, entry);

    expect(verdict.reached).toBeCloseTo(reached);
    expect(verdict.met).toBe(met);
  });

  it('is missed by a ratio with nothing to hold against', () => {
    const { against: _, ...alone } = entry;

    expect(ratioOf(alone)).toBeUndefined();
    expect(judge(goal('ratio', 'at most', 2), alone).met).toBe(false);
    expect(judge(goal('gain', 'at least', 2), alone).met).toBe(false);
  });

  it('takes the median of the ratios, not the ratio of the medians', () => {
    expect(ratioOf({ ...entry, values: [1, 10, 100], against: { title: '', values: [1, 1, 100], inPairs: true } })).toBe(1);
  });

  it('takes the ratio of the medians where nothing was measured in pairs', () => {
    const apart: Entry = { ...entry, values: [1, 10, 100], against: { title: '', values: [1, 4, 5, 100], inPairs: false } };

    expect(ratioOf(apart)).toBeCloseTo(10 / 4.5);
    expect(judge(goal('ratio', 'at most', 2, 1), apart)).toMatchObject({ reached: 2, met: true });
    expect(judge(goal('gain', 'at least', 0.4), apart)).toMatchObject({ met: true });
  });

  it('belongs to one entry, once for each way of judging', () => {
    const keys = goals.map(({ entry: id, judged }) => `${id} ${judged}`);

    expect(new Set(keys).size).toBe(keys.length);
    expect(goalsOf({ ...entry, id: 'drift' }).map(({ judged }) => judged)).toEqual(['p50', 'p99']);
  });
});
