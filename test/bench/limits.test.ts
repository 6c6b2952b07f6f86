import { describe, expect, it } from 'vitest';
import { heldValues } from './limits.ts';

describe('the values that limit files hold', () => {
  it.each([true, false])('differ between the two states, and from what somebody else writes (unified: %s)', (unified) => {
    const [wide, narrow] = ([0, 1] as const).map((state) => new Map(heldValues('p/web', state, unified).map((each) => [each.path, each])));

    expect([...(wide?.keys() ?? [])].sort()).toEqual([...(narrow?.keys() ?? [])].sort());
    for (const [path, { value, foreign }] of wide ?? []) {
      expect(new Set([value, foreign, narrow?.get(path)?.value]).size).toBe(3);
    }
  });

  it('are in an order that v1 takes: memory never above memory and swap', () => {
    const files = (state: 0 | 1): string[] => heldValues('p/web', state, false).map(({ path }) => path.split('/').at(-1) ?? '');
    const at = (state: 0 | 1, file: string): number => files(state).indexOf(file);

    expect(at(0, 'memory.memsw.limit_in_bytes')).toBeLessThan(at(0, 'memory.limit_in_bytes'));
    expect(at(1, 'memory.limit_in_bytes')).toBeLessThan(at(1, 'memory.memsw.limit_in_bytes'));
  });
});
