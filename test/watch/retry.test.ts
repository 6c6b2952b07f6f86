import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import { openRetry } from '../../src/watch/retry.ts';

const failure = (name: string) => ({ name, error: new ReconcileError('ERR_RUNTIME_FAILED', `${name}: no`) });

describe('a container that fails', () => {
  it('is held back twice as long each time, up to five minutes', () => {
    const retry = openRetry();
    const delays: number[] = [];

    for (let round = 0; round < 12; round += 1) {
      retry.note(['web'], [failure('web')], 0);
      delays.push(retry.heldUntilMs.get('web') ?? 0);
    }

    expect(delays.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays.at(-1)).toBe(300_000);
  });

  it('does not hold the others back', () => {
    const retry = openRetry();

    retry.note(['web', 'db'], [failure('web')], 0);

    expect([...retry.heldUntilMs.keys()]).toEqual(['web']);
  });

  it('starts over after it succeeded', () => {
    const retry = openRetry();
    retry.note(['web'], [failure('web')], 0);
    retry.note(['web'], [], 5_000);

    retry.note(['web'], [failure('web')], 10_000);

    expect(retry.heldUntilMs.get('web')).toBe(11_000);
  });

  it('is tried again at once when its manifest changed', () => {
    const retry = openRetry();
    retry.note(['web', 'db'], [failure('web'), failure('db')], 0);

    retry.forget(['web']);

    expect([...retry.heldUntilMs.keys()]).toEqual(['db']);
  });
});
