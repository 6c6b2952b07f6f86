import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readProcess } from '../../../src/host/proc/process.ts';
import { endMonitor, findMonitors, isMonitor, killCreators } from '../../../src/host/runtime/monitor.ts';
import { countCalls } from '../../support/count-calls.ts';

let bundle: string;
let started: ChildProcess[];

beforeEach(() => {
  bundle = mkdtempSync(join(tmpdir(), 'reconcile-monitor-'));
  started = [];
});

afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  rmSync(bundle, { recursive: true, force: true });
});

/** A process whose arguments are those of a conmon; its pid file says so where `noted`. */
async function startMonitor(script: string, { of = bundle, noted = true } = {}): Promise<ChildProcess> {
  const child = spawn('/bin/sh', ['-c', script, 'conmon', '--bundle', of, '--exit-dir', '/none'], { stdio: 'ignore' });
  started.push(child);
  await once(child, 'spawn');
  if (noted) writeFileSync(join(bundle, 'conmon.pid'), String(child.pid));
  return child;
}

const hang = 'trap "" TERM; while :; do sleep 0.1; done';

it('finds the conmon of a bundle by its pid file, or without one by its arguments', async () => {
  const child = await startMonitor(hang, { noted: false });
  const byArguments = findMonitors(bundle);
  writeFileSync(join(bundle, 'conmon.pid'), `${child.pid}\n`);

  // A child of the shell carries the shell's arguments until it is another program.
  expect(byArguments.map(({ pid }) => pid)).toContain(child.pid);
  expect(findMonitors(bundle).map(({ pid }) => pid)).toEqual([child.pid]);
});

it('knows the parent of a process for its conmon by its arguments or by its pid file, and nobody else', async () => {
  const [unnoted, other] = [await startMonitor(hang, { noted: false }), await startMonitor(hang, { of: `${bundle}-other`, noted: false })];

  expect(isMonitor(bundle, unnoted.pid ?? 0)).toBe(true);
  expect(isMonitor(bundle, other.pid ?? 0)).toBe(false);
  expect(isMonitor(bundle, 1)).toBe(false);
  writeFileSync(join(bundle, 'conmon.pid'), String(other.pid));
  expect(isMonitor(bundle, other.pid ?? 0)).toBe(true);
});

it('takes no stranger for a conmon, whatever the pid file says', async () => {
  const other = await startMonitor(hang, { of: `${bundle}-other`, noted: true });

  expect(findMonitors(bundle)).toEqual([]);
  await endMonitor(bundle, 0);
  await killCreators(bundle);

  expect(other.exitCode).toBeNull();
  expect(other.signalCode).toBeNull();
});

it('looks at no other process where the noted conmon has ended and its parent did not ask yet', async () => {
  const pidFile = join(bundle, 'conmon.pid');
  // It outlives the shell, which would ask for it.
  const ending = '(until grep -q sleep /proc/$$/comm; do :; done)';
  const parent = spawn('/bin/sh', ['-c', `${ending} & echo $! > ${pidFile}; exec sleep 4242`], { stdio: 'ignore' });
  started.push(parent);
  await expect.poll(() => readProcess(Number(existsSync(pidFile) && readFileSync(pidFile, 'utf8')))?.state).toBe('Z');

  const calls = await countCalls(() => endMonitor(bundle, 5000), (subject) => subject === '/proc');

  expect(calls).toEqual({});
});

it('lets conmon end by itself', async () => {
  const child = await startMonitor('sleep 0.2; exit 3');

  await endMonitor(bundle, 5000);

  if (child.exitCode === null) await once(child, 'exit');
  expect(child.exitCode).toBe(3);
});

it('kills a conmon that does not end', async () => {
  const child = await startMonitor(hang);

  await endMonitor(bundle, 50);

  if (child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
});

it('looks at all processes where the pid file names a stranger, or is none', async () => {
  const child = await startMonitor(hang, { noted: false });
  const found: (number | undefined)[] = [];

  for (const text of [String(process.pid), 'x', '']) {
    writeFileSync(join(bundle, 'conmon.pid'), text);
    found.push(findMonitors(bundle).find(({ pid }) => pid === child.pid)?.pid);
  }
  rmSync(join(bundle, 'conmon.pid'));
  mkdirSync(join(bundle, 'conmon.pid'));
  found.push(findMonitors(bundle).find(({ pid }) => pid === child.pid)?.pid);

  expect(found).toEqual(Array(4).fill(child.pid));
});

it('kills what a creator started too, such as the process of a container that nobody knows of yet', async () => {
  const child = await startMonitor(`sleep 4242 & echo $! > ${bundle}/child.pid; wait`, { noted: false });
  await expect.poll(() => existsSync(join(bundle, 'child.pid')) && readFileSync(join(bundle, 'child.pid'), 'utf8')).toMatch(/\d/);
  const grandchild = Number(readFileSync(join(bundle, 'child.pid'), 'utf8'));

  await killCreators(bundle);

  if (child.signalCode === null) await once(child, 'exit');
  expect(child.signalCode).toBe('SIGKILL');
  expect(readProcess(grandchild)?.state ?? 'Z').toBe('Z');
});
