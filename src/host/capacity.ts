import { readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../errors.ts';
import type { HostCapacity } from '../state/observed.ts';
import type { Bounds } from './cgroup/bounds.ts';

export interface CapacityOptions {
  /** --data; its nearest folder that exists is asked where it is not made yet. */
  readonly data: string;
  /** What the cgroups above ours leave of it. */
  readonly bounds: Bounds;
  /** Default: /proc. */
  readonly proc?: string;
}

/** What this host has to share out. Reads alone, and as any user; what cannot be read is left out. */
export function readCapacity({ data, bounds, proc = '/proc' }: CapacityOptions): HostCapacity {
  const meminfo = readIfPossible(`${proc}/meminfo`) ?? '';
  // Each thread has a number below the one and counts towards the other.
  const tasks = ['pid_max', 'threads-max'].map((name) => numberIn(readIfPossible(`${proc}/sys/kernel/${name}`)));
  const facts = {
    memoryBytes: least(kibibytesOf('MemTotal', meminfo), bounds.memoryBytes),
    swapBytes: kibibytesOf('SwapTotal', meminfo),
    cpus: bounds.cpus,
    tasks: least(...tasks, bounds.tasks),
    disk: readDisk(data),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

function least(...limits: readonly (number | undefined)[]): number | undefined {
  const known = limits.filter((limit) => limit !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

function kibibytesOf(name: string, meminfo: string): number | undefined {
  const kibibytes = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined || !/^\d+\s*$/.test(text) ? undefined : Number(text);
}

/** Room that is kept for root counts as free, since we are root. */
function readDisk(path: string): HostCapacity['disk'] {
  try {
    const { bsize, blocks, bfree } = statfsSync(path);
    return { sizeBytes: bsize * blocks, freeBytes: bsize * bfree };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' && path !== dirname(path)) return readDisk(dirname(path));
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function readIfPossible(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}
