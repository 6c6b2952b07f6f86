import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What a running process takes of the host. */
export interface Costs {
  /** Resident memory, in megabytes of a million bytes. */
  readonly rssMb: number;
  readonly descriptors: number;
  readonly threads: number;
}

/** Throws where the process is gone. */
export function costsOf(pid: number): Costs {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const numberAt = (key: string): number => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(status)?.[1]);
  return { rssMb: numberAt('VmRSS') * 1024 / 1e6, descriptors: readdirSync(`/proc/${pid}/fd`).length, threads: numberAt('Threads') };
}

/** The fewest descriptors in some 200 ms: what is open for a moment does not count. */
export async function fewestDescriptors(pid: number): Promise<number> {
  let fewest = Infinity;
  for (let look = 0; look < 20; look += 1) {
    fewest = Math.min(fewest, costsOf(pid).descriptors);
    await delay(10);
  }
  return fewest;
}

/** How many bytes a process has written so far, to whatever. */
export function bytesWrittenBy(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}
