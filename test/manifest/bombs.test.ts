import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { within } from '../support/pace.ts';
import { bombs } from './bombs.ts';
import type { BombReading, BombReadings } from './read-bombs.ts';

/** Where a large manifest takes more than a third of this, three times as long as that. */
const mostMs = 100;

/** V8 ends the program where its heap would need more than 64 MiB: what lives long, and what was made just now. */
const limits = ['--max-old-space-size=52', '--max-semi-space-size=4'];

describe('two hundred files made to harm their reader', () => {
  let goodCpuMs: number;
  let readings: readonly BombReading[];
  beforeAll(() => {
    const folder = mkdtempSync(join(tmpdir(), 'bombs-'));
    const args = [...limits, join(import.meta.dirname, 'read-bombs.ts'), join(folder, 'bomb.yaml')];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    rmSync(folder, { recursive: true });
    expect(status, stderr.slice(0, 2000)).toBe(0);
    ({ goodCpuMs, bombs: readings } = JSON.parse(stdout) as BombReadings);
  }, within(60_000));

  it('are all read within 64 MiB, each within 100 ms of CPU time, or three times what a large good one takes', ({ task }) => {
    task.meta.faultTrials = { fault: 'a manifest is made to harm', how: 'bombs of aliases, depth, width, length and encoding, each in its time and all in 64 MiB', trials: bombs.length };

    expect(readings.length).toBe(bombs.length);
    expect(bombs.length).toBeGreaterThan(200);
    const boundMs = Math.max(mostMs, 3 * goodCpuMs);
    expect(readings.filter(({ cpuMs }) => cpuMs >= boundMs).map(({ title, cpuMs }) => `${title}: ${Math.round(cpuMs)} ms`)).toEqual([]);
  });

  it('are refused but for those that are long alone, each fault with its place and a mend', () => {
    const accepted = readings.filter(({ faults }) => faults === 0).map(({ title }) => title.replace(/: .*/, ''));

    expect([...new Set(accepted)].sort()).toEqual([
      ...['a comment', 'a path', 'arguments', 'blanks at the ends of lines', 'comments', 'empty lines', 'mounts', 'programs of a jail'],
    ]);
    expect(readings.flatMap(({ poor }) => poor)).toEqual([]);
    expect(readings.filter(({ faults }) => faults > 2500).map(({ title, faults }) => `${title}: ${faults}`)).toEqual([]);
  });
});
