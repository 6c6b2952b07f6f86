import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordRestart, restartNotBeforeMs, wantsRestart } from '../../src/plan/restart-backoff.ts';
import type { RestartRecord } from '../../src/state/observed.ts';
import { plainSpec } from '../support/containers.ts';

const restart = { policy: 'always', backoff: { initialMs: 1_000, maxMs: 10_000, resetAfterMs: 60_000 } } as const;
const exit = { code: 1, atMs: 50_000, ranMs: 100, oomKilled: false };

function after(failures: number): RestartRecord {
  return { count: failures, failures, oomKills: 0 };
}

describe('restartNotBeforeMs', () => {
  it.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [3, 8_000],
    [4, 10_000],
    [5_000, 10_000],
  ])('after %d failures in a row waits %d ms', (failures, delayMs) => {
    expect(restartNotBeforeMs(restart, after(failures), exit)).toBe(exit.atMs + delayMs);
  });

  it('starts over after a run that was long enough', () => {
    expect(restartNotBeforeMs(restart, after(4), { ...exit, ranMs: 60_000 })).toBe(exit.atMs + 1_000);
  });

  it('does not wait for an end that nobody can date', () => {
    expect(restartNotBeforeMs(restart, after(4), undefined)).toBe(0);
  });

  it('never waits longer than the longest delay, nor less than nothing', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (failures, initialMs, maxMs) => {
        const spec = { ...restart, backoff: { initialMs, maxMs, resetAfterMs: 1 } };

        const delayMs = restartNotBeforeMs(spec, after(failures), { ...exit, ranMs: 0 }) - exit.atMs;

        expect(delayMs).toBeGreaterThanOrEqual(0);
        expect(delayMs).toBeLessThanOrEqual(maxMs);
      }),
    );
  });
});

describe('recordRestart', () => {
  it('counts every restart and every failure in a row, and adds up the OOM kills', () => {
    const record = recordRestart(restart, { count: 3, failures: 2, oomKills: 1 }, { exit, oomKills: 2 });

    expect(record).toMatchObject({ count: 4, failures: 3, oomKills: 3 });
  });

  it('keeps how the last process ended, and only the last', () => {
    const killed = recordRestart(restart, after(0), { exit: { ...exit, code: 137, oomKilled: true }, oomKills: 1 });
    const unseen = recordRestart(restart, killed, { exit: undefined, oomKills: 0 });

    expect(killed.lastExit).toEqual({ code: 137, ranMs: 100, oomKilled: true });
    expect(unseen).not.toHaveProperty('lastExit');
  });

  it('counts failures anew after a run that was long enough', () => {
    const record = recordRestart(restart, after(7), { exit: { ...exit, ranMs: 60_000 }, oomKills: 0 });

    expect(record).toMatchObject({ count: 8, failures: 1, oomKills: 0 });
  });
});

describe('wantsRestart', () => {
  it('takes an end that nobody saw for a failure', () => {
    const unseen = { atMs: 1, ranMs: 1, oomKilled: false };

    expect(wantsRestart({ ...plainSpec.restart, policy: 'on-failure' }, unseen)).toBe(true);
    expect(wantsRestart({ ...plainSpec.restart, policy: 'never' }, unseen)).toBe(false);
  });
});
