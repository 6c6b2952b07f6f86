import { describe, expect, it } from 'vitest';
import type { CapacityRow } from '../../src/plan/types.ts';
import { capacityLines } from '../../src/render/plan-capacity.ts';

const GiB = 2 ** 30;
const memory: CapacityRow = {
  ...{ resource: 'memory.max', kind: 'limit', unit: 'bytes', before: 20 * GiB, after: 21.5 * GiB },
  ...{ host: 23.5 * GiB, reserved: 0, unlimitedBefore: 0, unlimitedAfter: 0 },
};

describe('capacityLines', () => {
  it.each<[string, Partial<CapacityRow>, string]>([
    ['a sum that changes', {}, 'memory.max: 21.5 GiB of 23.5 GiB after this change (20 GiB before)'],
    ['what is kept for the host', { reserved: GiB }, 'memory.max: 21.5 GiB of 23.5 GiB after this change (20 GiB before; 1 GiB kept for the host)'],
    ['limits that are over-committed', { over: 2 * GiB }, 'memory.max: 21.5 GiB of 23.5 GiB after this change (20 GiB before; over-committed by 2 GiB)'],
    ['containers without limit', { unlimitedBefore: 1, unlimitedAfter: 2 }, 'memory.max: 21.5 GiB of 23.5 GiB after this change (20 GiB before; 2 without limit, 1 before)'],
    ['CPUs', { resource: 'cpu.max', unit: 'cpus', before: 0.5, after: 1.25, host: 4 }, 'cpu.max: 1.25 CPUs of 4 CPUs after this change (0.5 CPUs before)'],
  ])('tells %s', (_case, row, text) => {
    expect(capacityLines({ capacity: { rows: [{ ...memory, ...row }] } })).toEqual([{ text, tooMuch: false }]);
  });

  it('tells guarantees that do not fit as an error, with what would make them fit', () => {
    const row: CapacityRow = { ...memory, resource: 'memory.min', kind: 'guarantee', before: 20 * GiB, after: 20 * GiB, asked: 25 * GiB, over: 1.5 * GiB, hints: ['lower web to 1Gi'] };

    expect(capacityLines({ capacity: { rows: [row] } })).toEqual([
      { text: 'memory.min: 20 GiB of 23.5 GiB after this change (25 GiB asked for; 1.5 GiB too much); lower web to 1Gi', tooMuch: true },
    ]);
  });

  it('leaves out what stays as it was and fits', () => {
    expect(capacityLines({ capacity: { rows: [{ ...memory, before: memory.after }] } })).toEqual([]);
    expect(capacityLines({ capacity: { rows: [{ ...memory, resource: 'disk', before: 0, after: 0, unlimitedAfter: 1 }] } })).toEqual([]);
    expect(capacityLines({})).toEqual([]);
  });
});
