import { setTimeout as delay } from 'node:timers/promises';
import { startedAtMs } from './clock.ts';
import type { JudgedMount, UnjudgedMount } from './mount-source.ts';
import { unjudgedMount } from './mount-source.ts';
import { readMountPoints } from './mountinfo.ts';
import type { ProcessIdentity, ProcessStat } from './process.ts';
import { readProcess, signalProcess } from './process.ts';

/** The processes of this machine, and its time, for those that carry out steps. */
export interface Processes {
  /** As `readProcess`. */
  read(pid: number): ProcessStat | undefined;
  /** As `signalProcess`: to exactly this process, or to none. */
  signal(identity: ProcessIdentity, signal: string): boolean;
  /** Mount points that it sees; undefined where it is gone. */
  mountPoints(pid: number): readonly string[] | undefined;
  /** As `unjudgedMount`. */
  unjudgedMount(pid: number, judged: readonly JudgedMount[]): UnjudgedMount | undefined;
  /** Monotonic milliseconds at which a process with this start time began. */
  startedAtMs(startTime: number): number;
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Rejects with the signal's reason where that is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const processes: Processes = {
  read: readProcess,
  signal: signalProcess,
  mountPoints: readMountPoints,
  unjudgedMount,
  startedAtMs,
  nowMs: () => performance.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
};
