import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../support/instance.ts';
import { cgroupFolders, mountsBelow, processesNaming } from '../support/kernel.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const soakFile = new URL('../soak/soak.ts', import.meta.url).pathname;

/** `TRIALS=10 npm run test:chaos` lasts ten times as long. */
const hours = 0.002 * Math.max(1, Number(process.env['TRIALS'] ?? 1));

describeOnHost('a soak', () => {
  let folder: string;
  let child: ChildProcess;
  let printed: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'reconcile-soak-')); });
  afterEach(() => {
    if (child.exitCode === null) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  function start(...args: readonly string[]): Promise<number | null> {
    printed = '';
    child = spawn(process.execPath, [soakFile, '--containers', '4', '--out', join(folder, 'soak.svg'), ...args], { env: { ...process.env, TMPDIR: folder }, stdio: ['ignore', 'pipe', 'pipe'] });
    const append = (chunk: Buffer): void => { printed += chunk.toString(); };
    child.stdout?.on('data', append);
    child.stderr?.on('data', append);
    return new Promise((resolve) => child.once('close', resolve));
  }

  function expectNothingLeft(): void {
    expect(readdirSync(folder)).toEqual(['soak.svg']);
    expect([...mountsBelow(folder), ...processesNaming(join(folder, 'reconcile-test-')), ...cgroupFolders(`rectest-${child.pid}-1`)]).toEqual([]);
  }

  it('of a few seconds finds every invariant kept, and draws what the watch took', { timeout: 3_600_000 * hours + within(60_000) }, async ({ task }) => {
    const seed = process.env['SEED'] ?? String(Date.now() % 100_000);

    const status = await start('--hours', String(hours), '--pace', '12', '--seed', seed);

    const [, changes, faults] = /^(\d+) changes, (\d+) faults, \d+ checks in \d+ s, 0 failed\.$/m.exec(printed) ?? [];
    task.meta.faultTrials = { fault: 'change upon change, and faults between them', how: 'a soak: one of ten faults every ten changes, by a seed', trials: Number(faults ?? 0) };
    expect(status, printed).toBe(0);
    expect(Number(changes)).toBeGreaterThan(10);
    expect(Number(faults)).toBeGreaterThan(1);
    expect(readFileSync(join(folder, 'soak.svg'), 'utf8')).toMatch(/<polyline points="[\d., ]{50,}"/);
    expectNothingLeft();
  });

  it('that is interrupted removes all that it made', async () => {
    const ended = start('--hours', '1');
    await eventually(() => { expect(printed).toMatch(/containers run/); });

    child.kill('SIGINT');

    expect(await ended, printed).toBe(130);
    expectNothingLeft();
  });
});
