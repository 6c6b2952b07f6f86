import { describe, expect, it } from 'vitest';
import { goals } from './goals.ts';
import type { Tally } from './goals.ts';
import { putTable } from './readme.ts';
import { formatReport, renderReport } from './table.ts';
import type { Report } from './table.ts';

const report: Report = {
  formatVersion: '1',
  startedAt: '2026-11-28T05:00:00.000Z',
  durationSeconds: 600,
  command: 'npm run bench -- --only drift,pass',
  only: ['drift', 'pass'],
  machine: { CPUs: '2', kernel: 'Linux 6.18' },
  entries: [
    { id: 'drift', title: 'a | b', unit: 'ms', values: [0.5, 0.7, 9], against: { title: 'bare', values: [0.1, 0.1, 0.1], inPairs: false } },
    { id: 'pass', title: 'pass', unit: 'ms', values: [100, 200], against: { title: 'C', values: [100, 100], inPairs: true }, note: 'a note' },
    { id: 'other', title: 'no goal', unit: 'MB', values: [3.1416] },
  ],
  gaps: [{ id: 'create.lxc', reason: 'lxc-start is not installed' }],
};

describe('the table', () => {
  it('has the machine, a row an entry with its verdicts, and what was not measured', () => {
    expect(renderReport(report)).toBe(`\`npm run bench -- --only drift,pass\`, 2026-11-28, 10 minutes: 2 goals met of 3 that were measured, of ${goals.length} in all.

CPUs: 2 · kernel: Linux 6.18

| work | measured: median (least to most, n) | held against: median (least to most, n) | ratio | goal |
|---|--:|--:|--:|---|
| a \\| b | 0.7 ms (0.5 to 9, 3) | bare: 0.1 ms (0.1 to 0.1, 3) | 7 of medians | median at most 1: met (0.7)<br>p99 at most 5: **missed** (8.83) |
| pass<br>a note | 150 ms (100 to 200, 2) | C: 100 ms (100 to 100, 2) | 1.5 | ratio at most 1.5: met (1.5) |
| no goal | 3.14 MB |  |  |  |

Not measured:

- create.lxc: lxc-start is not installed
`);
  });

  it('counts all goals of a whole run, and tells which were not measured', () => {
    const { only: _, ...whole } = report;
    const entries = [...new Set(goals.map(({ entry }) => entry))].map((id) => ({ id, title: id, unit: 'ms', values: [0] }) as const);

    expect(renderReport({ ...whole, entries })).toMatch(new RegExp(`: \\d+ of ${goals.length} goals met\\.\n`));
    expect(renderReport({ ...whole, entries: entries.filter(({ id }) => id !== 'drift' && id !== 'pass') })).toContain(` of ${goals.length} goals met, 3 not measured (pass, drift).\n`);
  });

  it('shows p99 of a hundred values and more', () => {
    const many = { ...report, entries: [{ id: 'x', title: 'x', unit: 'µs', values: Array.from({ length: 101 }, (_, index) => index) }] } as const;

    expect(renderReport(many)).toContain('| 50 µs (0 to 100, 101), p99 99 µs |');
  });
});

describe('bench.json', () => {
  it('holds the whole report, with summary, ratio and verdicts, a line an entry', () => {
    const text = formatReport(report);

    const read = JSON.parse(text) as Report & { goals: Tally; entries: { summary: unknown; ratio?: number; verdicts: unknown[] }[] };
    expect(read).toMatchObject(report);
    expect(read.goals).toMatchObject({ all: goals.length, met: 2 });
    expect(read.goals.notMeasured).toHaveLength(goals.length - 3);
    expect(read.entries[1]).toMatchObject({ ratio: 1.5, verdicts: [{ met: true }], summary: { count: 2, median: 150 } });
    expect(text.split('\n').filter((line) => line.includes('"id":"'))).toHaveLength(report.entries.length);
  });
});

describe('the table in a text', () => {
  const [opening, closing] = ['<!-- benchmark: npm run bench -- --update-readme makes this -->', '<!-- end of benchmark -->'];

  it('takes the place of the one before, and nothing else', () => {
    const text = `before\n${opening}\nold\n${closing}\nafter\n`;

    expect(putTable(text, 'new\n')).toBe(`before\n${opening}\nnew\n${closing}\nafter\n`);
    expect(putTable(putTable(text, 'x\n'), 'new\n')).toBe(putTable(text, 'new\n'));
  });

  it('is refused a text without the two marks', () => {
    expect(() => putTable('before', 'new')).toThrow(/no place/);
    expect(() => putTable(`${opening}\n`, 'new')).toThrow(/no place/);
  });
});
