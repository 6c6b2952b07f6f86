import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawChart, thin, ticks } from './chart.ts';
import type { Chart } from './chart.ts';

const chart = (changes: Partial<Chart> = {}): Chart => ({
  title: 'a watch',
  notes: ['one note'],
  panels: [{ title: 'memory, MB', points: [[0, 10], [60, 20]], least: 0 }],
  marks: [],
  seconds: 60,
  ...changes,
});

describe('drawChart', () => {
  it('draws a line from the first point to the last, up where the value grows', () => {
    const drawn = drawChart(chart());

    const [, points = ''] = /<polyline points="([^"]*)"/.exec(drawn) ?? [];
    const [[left = 0, low = 0] = [], [right = 0, high = 0] = []] = points.split(' ').map((point) => point.split(',').map(Number));
    expect([left, right]).toEqual([76, 936]);
    expect(high).toBeLessThan(low);
  });

  it('labels both axes and every panel', () => {
    const drawn = drawChart(chart());

    for (const text of ['memory, MB', '>0</text>', '>20</text>', '>60 s</text>', 'one note']) expect(drawn).toContain(text);
  });

  it('shows long times in minutes and hours', () => {
    expect(drawChart(chart({ seconds: 1_200 }))).toContain('>20 min</text>');
    expect(drawChart(chart({ seconds: 72 * 3_600 }))).toContain('>70 h</text>');
  });

  it('marks what happened, once in each panel', () => {
    const [panel] = chart().panels;
    const drawn = drawChart(chart({ panels: [panel, panel].filter((each) => each !== undefined), marks: [{ seconds: 30, kind: 'restart' }, { seconds: 40, kind: 'failure' }] }));

    expect(drawn.match(/<title>restart/g)).toHaveLength(2);
    expect(drawn.match(/<title>failure/g)).toHaveLength(2);
  });

  it('escapes what would be markup', () => {
    expect(drawChart(chart({ title: 'a < b & c' }))).toContain('a &lt; b &amp; c');
  });

  it('has a place for values that hardly differ', () => {
    const points = [[0, 999_999_999.9999981], [60, 999_999_999.9999995]] as const;

    const drawn = drawChart(chart({ panels: [{ title: 'memory, MB', points }] }));

    expect(drawn).not.toMatch(/NaN|Infinity/);
  });

  it('is a document of balanced elements and finite numbers, whatever there is to draw', () => {
    const number = fc.double({ noNaN: true, min: -1e9, max: 1e9 });
    const points = fc.array(fc.tuple(fc.double({ noNaN: true, min: 0, max: 1e6 }), number));

    fc.assert(
      fc.property(points, (some) => {
        const drawn = drawChart(chart({ panels: [{ title: 'any', points: some }], seconds: 1e6 }));
        expect(drawn).not.toMatch(/NaN|Infinity|undefined/);
        expect(drawn.match(/<text/g)?.length).toBe(drawn.match(/<\/text>/g)?.length);
      }),
    );
  });
});

describe('ticks', () => {
  it.each([
    { low: 0, high: 100, wanted: [0, 50, 100] },
    { low: 0, high: 96.5, wanted: [0, 50, 100] },
    { low: 3, high: 3, wanted: [3, 4] },
    { low: 0, high: 0.3, wanted: [0, 0.1, 0.2, 0.3] },
  ])('between $low and $high are round numbers', ({ low, high, wanted }) => {
    expect(ticks(low, high, 4)).toEqual(wanted);
  });

  it('hold the least and the greatest value', () => {
    const values = fc.tuple(fc.double({ noNaN: true, min: -1e12, max: 1e12 }), fc.double({ noNaN: true, min: 0, max: 1e12 }));

    fc.assert(
      fc.property(values, ([low, more]) => {
        const steps = ticks(low, low + more, 4);
        const slack = 1e-9 * Math.max(1, Math.abs(low), Math.abs(more));
        expect(steps[0]).toBeLessThanOrEqual(low + slack);
        expect(steps.at(-1)).toBeGreaterThanOrEqual(low + more - slack);
        expect(steps.length).toBeLessThan(12);
      }),
    );
  });
});

describe('thin', () => {
  it('leaves few points as they are', () => {
    expect(thin([[0, 1], [1, 2]], 10)).toEqual([[0, 1], [1, 2]]);
  });

  it('keeps the peaks of many, in the order of time', () => {
    const points = Array.from({ length: 10_000 }, (_, index) => [index, index === 7_777 ? 99 : index % 3] as const);

    const kept = thin(points, 100);

    expect(kept.length).toBeLessThanOrEqual(100);
    expect(kept).toContainEqual([7_777, 99]);
    expect(kept.map(([second]) => second)).toEqual(kept.map(([second]) => second).sort((one, other) => one - other));
  });
});
