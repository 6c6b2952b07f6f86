import { readFileSync, readlinkSync } from 'node:fs';
import type { Instance } from './instance.ts';
import { pidsOf } from './kernel.ts';

/** Processes of a container that are the first in a pid namespace of their own, or whose parent is outside. */
export function initsOf(host: Pick<Instance, 'cgroup'>, name: string): number[] {
  const pids = pidsOf(host.cgroup(name));
  return pids.filter((pid) => {
    const [, parent = '0', inside = ''] = /^PPid:\s+(\d+)$.*?^NSpid:([^\n]*)$/ms.exec(statusOf(pid)) ?? [];
    const numbers = inside.trim().split(/\s+/);
    return numbers.length > 1 ? numbers.at(-1) === '1' : !pids.includes(Number(parent)) && /conmon$/.test(programOf(parent));
  });
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

function programOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/exe`);
  } catch {
    return '';
  }
}
