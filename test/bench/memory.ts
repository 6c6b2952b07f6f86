import { readFileSync } from 'node:fs';
import type { Instance } from './instance.ts';

/** The proportional share of a process of all memory that it maps, in megabytes of a million bytes. */
export function pssMegabytes(pid: number): number {
  return kibibytesIn(`/proc/${pid}/smaps_rollup`, 'Pss') * 1024 / 1e6;
}

export function rssMegabytes(pid: number): number {
  return kibibytesIn(`/proc/${pid}/status`, 'VmRSS') * 1024 / 1e6;
}

/** The share of a container's monitor, in the mean of some. */
export function monitorMegabytes(instance: Instance, names: readonly string[]): number {
  const some = names.slice(-50);
  return some.reduce((total, name) => total + pssMegabytes(instance.monitorOf(name)), 0) / some.length;
}

/** The CPU time of a process and of its ended children, in milliseconds. */
export function cpuMs(pid: number): number {
  // Fields 14 to 17; the name before them may hold anything.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
  const ticks = fields.slice(11, 15).reduce((total, field) => total + Number(field), 0);
  return ticks * 10;
}

function kibibytesIn(file: string, key: string): number {
  return Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))?.[1]);
}
