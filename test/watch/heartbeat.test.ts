import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openHeartbeat } from '../../src/watch/heartbeat.ts';

describe('the heartbeat of a watch', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  const open = () => {
    const beats: number[] = [];
    const startMs = Date.now();
    const heart = openHeartbeat({ everyMs: 10, restMs: 100, beat: () => beats.push(Date.now() - startMs) }, Date.now);
    return { beats, heart };
  };

  it('beats while the watch rests between passes', () => {
    const { beats, heart } = open();

    heart.passBegan();
    heart.passEnded();
    vi.advanceTimersByTime(100);

    expect(beats).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
  });

  it('stops two beats into a pass that hangs', () => {
    const { beats, heart } = open();

    heart.passBegan();
    vi.advanceTimersByTime(200);

    expect(beats).toEqual([10, 20]);
  });

  it('stops where the pass that is due does not begin', () => {
    const { beats, heart } = open();

    heart.passBegan();
    heart.passEnded();
    vi.advanceTimersByTime(500);

    expect(beats.at(-1)).toBe(120);
  });

  it('goes on when the pass that was slow ends', () => {
    const { beats, heart } = open();

    heart.passBegan();
    vi.advanceTimersByTime(45);
    heart.passEnded();
    vi.advanceTimersByTime(15);

    expect(beats).toEqual([10, 20, 50, 60]);
  });

  it('ends with the watch', () => {
    const { beats, heart } = open();

    heart.cancel();
    vi.advanceTimersByTime(100);

    expect(beats).toEqual([]);
  });
});
