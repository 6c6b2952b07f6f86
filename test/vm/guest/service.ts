import { execFileSync } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import assert from 'node:assert/strict';
import type { FaultTrials } from '../../support/fault-table.ts';
import type { GuestLine } from '../../support/guest-line.ts';

/*
 * The service of a guest that systemd started, as its checks see it. Each check is told as a line to RESULTS.
 */

export const folder = '/srv/of the shop, 100% $HOME';
export const holder = '/sys/fs/cgroup/system.slice/reconcile-containers.service';
export const parent = `${holder}/reconcile`;
export const manifest = `${folder}/web.yaml`;

const results = openSync(process.env['RESULTS'] ?? '/dev/stdout', 'w');

export const firstBoot = !existsSync('/etc/systemd/system/reconcile.service');

/** @param faultTrials what it counts for in the table of faults */
export async function check(title: string, body: () => void | Promise<void>, faultTrials?: FaultTrials): Promise<void> {
  const startedMs = performance.now();
  const file = firstBoot ? 'the service' : 'the service after a reboot';
  const line = { file, title, ...(faultTrials === undefined ? {} : { faultTrials }) };
  try {
    await body();
    say({ ...line, state: 'passed', ms: Math.round(performance.now() - startedMs) });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const journal = run('journalctl', '--no-pager', '--lines=20', '--unit=reconcile', '--unit=reconcile-containers');
    say({ ...line, state: 'failed', ms: Math.round(performance.now() - startedMs), error: `${text}\n${journal}` });
  }
}

export function say(line: GuestLine | { readonly end: number }): void {
  writeSync(results, `${JSON.stringify(line)}\n`);
}

export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { cwd: '/', encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

export function system(...args: string[]): string {
  return run('systemctl', ...args);
}

export function property(name: string, unit = 'reconcile'): string {
  return system('show', unit, '--property', name, '--value').trim();
}

export function mainPid(): number {
  return Number(property('MainPID'));
}

export function manifestOf(memoryMebibytes: number): string {
  return `apiVersion: reconcile/v1
kind: Container
metadata: {name: web}
spec:
  replicas: 2
  rootfs: {jail: {binaries: [/bin/busybox]}}
  process: {args: [/bin/busybox, sh, -c, "trap exit TERM; echo started >>/boots; while true; do /bin/busybox sleep 1; done"]}
  resources: {cpu: {max: 0.5, weight: 77}, cpuset: {cpus: "1"}, memory: {max: ${memoryMebibytes}Mi}, pids: {max: 16}}
  stop: {timeout: 1s}
`;
}

export function limitsFor(memoryMebibytes: number): Record<string, Record<string, string>> {
  const files = {
    'cpu.max': '50000 100000',
    'cpu.weight': '77',
    'cpuset.cpus': '1',
    'memory.max': String(memoryMebibytes << 20),
    'pids.max': '16',
  };
  return { 'web-0': files, 'web-1': files };
}

export function limits(): Record<string, Record<string, string>> {
  const files = ['cpu.max', 'cpu.weight', 'cpuset.cpus', 'memory.max', 'pids.max'];
  const read = (name: string): Record<string, string> =>
    Object.fromEntries(files.map((file) => [file, readFileSync(`${parent}/${name}/${file}`, 'utf8').trim()]));
  return { 'web-0': read('web-0'), 'web-1': read('web-1') };
}

/** The first process of each container: the others come and go. */
export function pids(): Record<string, string | undefined> {
  return { 'web-0': pidsOf('web-0')[0], 'web-1': pidsOf('web-1')[0] };
}

export function pidsOf(name: string): string[] {
  return readFileSync(`${parent}/${name}/cgroup.procs`, 'utf8').split('\n').filter((pid) => pid !== '');
}

export async function until(isDone: () => boolean, timeoutMs = 120_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!isDone()) {
    assert.ok(performance.now() < endMs, `not within ${timeoutMs} ms: ${isDone.toString()}`);
    await pause(100);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
