import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { costOf, isCost, openSealer } from '../../src/state/seal.ts';

const seal = { salt: 'ab', cost: 1024 };

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

describe('a seal', () => {
  it('is equal for equal values of one variable under one salt, and for nothing else', () => {
    const sealed = openSealer(seal)('TOKEN', 'hunter2');

    expect(openSealer(seal)('TOKEN', 'hunter2')).toBe(sealed);
    expect(sealed).toMatch(/^scrypt:[\w-]{16}$/);
    const others = [openSealer(seal)('TOKEN', 'hunter3'), openSealer(seal)('OTHER', 'hunter2'), openSealer({ ...seal, salt: 'cd' })('TOKEN', 'hunter2'), openSealer({ ...seal, cost: 2048 })('TOKEN', 'hunter2')];
    expect(new Set([sealed, ...others]).size).toBe(5);
  });

  it('is worked out once for equal values', () => {
    const sealer = openSealer(seal);
    const scrypt = vi.spyOn(crypto, 'scryptSync');
    syncBuiltinESMExports();

    for (let count = 0; count < 1000; count += 1) sealer('TOKEN', 'hunter2');

    expect(scrypt).toHaveBeenCalledTimes(1);
  });

  it('costs much for few values, less for many, and never too little', () => {
    expect([1, 73, 74, 1000, 1_000_000].map(costOf)).toEqual([16_384, 16_384, 8192, 1024, 1024]);
    expect([1024, 16_384].every(isCost)).toBe(true);
    expect([512, 1 << 20, 1500, NaN, '1024', undefined].some(isCost)).toBe(false);
  });
});
