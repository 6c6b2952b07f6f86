import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openAlarm } from '../../src/watch/alarm.ts';

describe('the alarm', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  const open = () => {
    const rings: number[] = [];
    return { rings, alarm: openAlarm(() => rings.push(Date.now()), Date.now) };
  };

  it('rings once, at the earliest time that was asked for', () => {
    const { rings, alarm } = open();
    const nowMs = Date.now();

    alarm.setFor(nowMs + 500);
    alarm.setFor(nowMs + 100);
    alarm.setFor(nowMs + 300);
    vi.advanceTimersByTime(1_000);

    expect(rings).toEqual([nowMs + 100]);
  });

  it('does not ring at once for a time beyond what a timer holds', async () => {
    vi.useRealTimers();
    const { rings, alarm } = open();

    alarm.setFor(Date.now() + 2 ** 32);
    await new Promise((resolve) => setTimeout(resolve, 20));
    alarm.cancel();

    expect(rings).toEqual([]);
  });

  it('can be set again after it rang', () => {
    const { rings, alarm } = open();

    alarm.setFor(Date.now() + 10);
    vi.advanceTimersByTime(10);
    alarm.setFor(Date.now() + 10);
    vi.advanceTimersByTime(10);

    expect(rings).toHaveLength(2);
  });

  it('rings at once for a time that has passed', () => {
    const { rings, alarm } = open();

    alarm.setFor(Date.now() - 5);
    vi.advanceTimersByTime(1);

    expect(rings).toHaveLength(1);
  });

  it('stays silent once it is cancelled', () => {
    const { rings, alarm } = open();

    alarm.setFor(Date.now() + 10);
    alarm.cancel();
    vi.advanceTimersByTime(1_000);

    expect(rings).toEqual([]);
  });
});
