import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { readCgroup } from './kernel.ts';

/*
 * What tests do on a cgroup2 host beside the program: cgroups of their own, and a place to swap to.
 */

/** The number in a line "KEY N" of memory.stat, memory.events and the like. */
export function keyedValue(cgroup: string, file: string, key: string): number {
  return Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(readCgroup(cgroup, file))?.[1]);
}

export function bytesOf(cgroup: string, file: string): number {
  return Number(readCgroup(cgroup, file));
}

/** A cgroup of nobody else; the last call removes it, with what is left below it. */
export function makeOuterCgroup(name: string): { readonly folder: string; remove(): void } {
  const folder = `/sys/fs/cgroup/${name}`;
  mkdirSync(folder);
  return { folder, remove: () => { if (existsSync(folder)) rmdirSync(folder); } };
}

/** Has the kernel swap to `file`, which must lie on a disk; the last call ends that. */
export function openSwap(file: string, mebibytes: number): { close(): void } {
  run('dd', 'if=/dev/zero', `of=${file}`, 'bs=1M', `count=${mebibytes}`);
  run('chmod', '600', file);
  run('mkswap', file);
  run('swapon', file);
  return {
    close() {
      run('swapoff', file);
      rmSync(file);
    },
  };
}

/** Puts a process into a cgroup. */
export function moveTo(folder: string, pid: number): void {
  writeFileSync(`${folder}/cgroup.procs`, String(pid));
}

function run(program: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program}: ${stderr}`);
}
