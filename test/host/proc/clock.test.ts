import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { monotonicMs, startedAtMs } from '../../../src/host/proc/clock.ts';
import { readProcess } from '../../../src/host/proc/process.ts';

describe('startedAtMs', () => {
  it('puts the start of a process between the moments around it, a tick allowed', async () => {
    const beforeMs = monotonicMs();
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const afterMs = monotonicMs();

    const startedMs = startedAtMs(readProcess(child.pid ?? 0)?.startTime ?? 0);

    child.kill('SIGKILL');
    expect(startedMs).toBeGreaterThanOrEqual(beforeMs - 110);
    expect(startedMs).toBeLessThanOrEqual(afterMs + 110);
  });

  it('gives one process one answer', () => {
    const { startTime } = readProcess(process.pid) ?? { startTime: 0 };

    const answers = new Set(Array.from({ length: 1000 }, () => startedAtMs(startTime)));

    expect(answers.size).toBe(1);
  });
});

describe('monotonicMs', () => {
  it('never goes back', () => {
    const readings = Array.from({ length: 1000 }, () => monotonicMs());

    expect(readings).toEqual(readings.toSorted((a, b) => a - b));
  });
});
