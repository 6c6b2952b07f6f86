import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCpuList, parseCpuList } from '../../src/state/cpu-list.ts';

describe('a list of CPUs', () => {
  it.each([
    ['', []],
    ['0', [0]],
    ['0-2,4', [0, 1, 2, 4]],
    ['4,0-1,1', [0, 1, 4]],
    ['65535', [65_535]],
  ])('%j is read as numbers, ascending', (text, numbers) => {
    expect(parseCpuList(text)).toEqual(numbers);
  });

  it.each(['a', '1-', '-1', '3-1', '0,,1', '65536', '0-65536', '0-999999999'])('%j is not read', (text) => {
    expect(parseCpuList(text)).toBeUndefined();
  });

  it('comes back the same from how the kernel shows it', () => {
    const numbers = fc.uniqueArray(fc.nat(300)).map((list) => list.sort((a, b) => a - b));
    fc.assert(fc.property(numbers, (list) => { expect(parseCpuList(formatCpuList(list))).toEqual(list); }));
  });

  it('is written with its neighbours joined', () => {
    expect(formatCpuList([0, 1, 2, 4, 6, 7])).toBe('0-2,4,6-7');
  });
});
