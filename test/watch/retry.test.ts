import { describe, expect, it } from 'vitest';
import { openRetry } from '../../src/watch/retry.ts';

describe('a container that fails', () => {
  it('is held back twice as long each time, up to five minutes', () => {
    const retry = openRetry();
    const delays: number[] = [];

    for (let round = 0; round < 12; round += 1) {
      retry.failed('web', 0);
      delays.push(retry.heldUntilMs.get('web') ?? 0);
    }

    expect(delays.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(delays.at(-1)).toBe(300_000);
  });

  it('is held back no longer than is asked for', () => {
    const retry = openRetry();

    for (let round = 0; round < 12; round += 1) retry.failed('web', 0, 5_000);

    expect(retry.heldUntilMs.get('web')).toBe(5_000);
  });

  it('does not hold the others back', () => {
    const retry = openRetry();

    retry.failed('web', 0);

    expect([...retry.heldUntilMs.keys()]).toEqual(['web']);
  });

  it('starts over after it succeeded', () => {
    const retry = openRetry();
    retry.failed('web', 0);
    retry.succeeded('web');

    retry.failed('web', 10_000);

    expect(retry.heldUntilMs.get('web')).toBe(11_000);
  });

  it('is tried again at once when its manifest changed', () => {
    const retry = openRetry();
    for (const name of ['web', 'db']) retry.failed(name, 0);

    retry.forget(['web']);

    expect([...retry.heldUntilMs.keys()]).toEqual(['db']);
  });

  it('is held no longer once its time came, and remembers how often it failed', () => {
    const retry = openRetry();
    retry.failed('web', 0);

    retry.expire(1_000);
    expect([...retry.heldUntilMs]).toEqual([]);
    retry.failed('web', 1_000);

    expect(retry.heldUntilMs.get('web')).toBe(3_000);
  });
});

/** Our own write is an event too: it is looked at this much later. */
const echoMs = 2;

describe('a container whose drift is healed', () => {
  it('rests for the length of an echo, also where it is healed several times in a row', () => {
    const retry = openRetry();

    for (let heal = 0; heal < 10; heal += 1) retry.healed('web', 100 + heal);

    expect(retry.heldUntilMs.get('web')).toBe(109 + echoMs);
  });

  it('is answered more and more slowly where somebody goes on writing, up to a second', () => {
    const retry = openRetry();
    const delays: number[] = [];

    for (let heal = 0; heal < 20; heal += 1) {
      retry.healed('web', 0);
      delays.push(retry.heldUntilMs.get('web') ?? 0);
    }

    expect(delays.slice(10, 14)).toEqual([20, 40, 80, 160]);
    expect(delays.at(-1)).toBe(1_000);
  });

  it('is healed at once again after some quiet', () => {
    const retry = openRetry();
    for (let heal = 0; heal < 20; heal += 1) retry.healed('web', 0);
    retry.expire(10_000);

    retry.healed('web', 10_000);

    expect(retry.heldUntilMs.get('web')).toBe(10_000 + echoMs);
  });
});
