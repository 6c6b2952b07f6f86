import { describe, expect, it } from 'vitest';
import { openSettle } from '../../src/watch/settle.ts';

describe('manifests', () => {
  it('count as still when a watch starts', () => {
    const settle = openSettle(500);

    settle.changed(1_000, true);

    expect(settle.isSettled(1_000)).toBe(true);
    expect(settle.dueMs(1_000)).toEqual([]);
  });

  it('count as still once nothing has changed for long enough', () => {
    const settle = openSettle(500);

    settle.changed(1_000, false);
    settle.changed(1_200, false);

    expect(settle.isSettled(1_699)).toBe(false);
    expect(settle.dueMs(1_699)).toEqual([1_700]);
    expect(settle.isSettled(1_700)).toBe(true);
  });
});
