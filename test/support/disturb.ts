import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Instance } from './instance.ts';
import { lane } from './lane.ts';
import { misfits } from './remains.ts';

/** A line of a manifest: what ends starts again at once, however often. */
export const soon = '  restart: {backoff: {initial: 10ms, max: 20ms}}';

export const replicas = (count: number): string[] => Array.from({ length: count }, (_, index) => `web-${index}`);

/** The program of the runtime of this lane. */
export const runtimeProgram = process.env['RECONCILE_RUNTIME'] ?? 'crun';

/** Runs a command where the program runs, which may see mounts of its own. */
export function inLane(...command: string[]): void {
  const [program = '', ...args] = [...lane.prefix, ...command];
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
}

/** A runtime that first does `script` where `$call` is the call: create, start, … */
export function writeRuntime(host: Instance, script: string): string {
  const path = join(host.folder, 'runtime.sh');
  const find = 'for call; do case "$call" in create|start) break;; esac; done';
  writeFileSync(path, `#!/bin/sh\n${find}\n${script}\nexec ${runtimeProgram} "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

export function expectConverged(host: Instance, names: readonly string[]): void {
  expect(misfits(host, names).join('\n')).toBe('');
  expect(host.apply('--allow-prune').stdout).toMatch(/No changes\.\n$/);
}

/** Nothing is on its way either: a container's process is there before the runtime is done with it. */
export function expectNothingPlanned(host: Instance): void {
  expect(host.run('plan', '--detailed-exitcode', host.manifests).status).toBe(0);
}

/** User and system time of a process. */
export function cpuMs(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
