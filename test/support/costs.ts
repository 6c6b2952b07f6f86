import { readdirSync, readFileSync } from 'node:fs';

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

/** How many bytes a process has written so far, to whatever. */
export function bytesWrittenBy(pid: number): number {
  return Number(/^wchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}
