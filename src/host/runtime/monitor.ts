import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';
import { listDir, readTextIfExists } from '../file.ts';
import { readProcess, signalProcess } from '../proc/process.ts';
import type { ProcessIdentity } from '../proc/process.ts';

/** After SIGKILL a process is gone at once, unless the kernel itself is stuck. */
const killWaitMs = 2000;

const longestPauseMs = 20;

/**
 * Sees to it that no conmon of this bundle is left. conmon ends by itself soon after its container and
 * writes the exit file then: it gets `waitMs` for that before it is killed.
 */
export async function endMonitor(bundle: string, waitMs: number): Promise<void> {
  if (await waitUntilGone(findMonitors(bundle), waitMs)) return;
  await killCreators(bundle);
}

/** Kills every conmon and runtime that works on this bundle, and what they fork meanwhile. */
export async function killCreators(bundle: string): Promise<void> {
  for (let found = scanProcesses(bundle); found.length > 0; found = scanProcesses(bundle)) {
    for (const process of found) signalProcess(process, 'SIGKILL');
    if (!(await waitUntilGone(found, killWaitMs))) return;
  }
}

/** The conmon in the bundle's pid file where it lives; without that file a look at all processes. */
export function findMonitors(bundle: string): ProcessIdentity[] {
  const noted = Number(readTextIfExists(join(bundle, 'conmon.pid')) ?? NaN);
  if (!Number.isSafeInteger(noted) || noted < 2) return scanProcesses(bundle);
  return identify(noted, bundle);
}

function scanProcesses(bundle: string): ProcessIdentity[] {
  const pids = listDir('/proc').filter((entry) => /^\d+$/.test(entry));
  return pids.flatMap((pid) => identify(Number(pid), bundle));
}

/** The process in a list, empty unless its arguments name this very bundle, as those of conmon and of `create` do. */
function identify(pid: number, bundle: string): ProcessIdentity[] {
  const args = readArgs(pid);
  if (!args.some((arg, index) => arg === '--bundle' && args[index + 1] === bundle)) return [];
  const process = readProcess(pid);
  return process === undefined || process.state === 'Z' ? [] : [{ pid, startTime: process.startTime }];
}

function readArgs(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ESRCH') return [];
    throw error;
  }
}

async function waitUntilGone(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + timeoutMs;
  for (let pauseMs = 1; processes.some(isAlive); pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    if (performance.now() >= deadlineMs) return false;
    await delay(pauseMs);
  }
  return true;
}

function isAlive({ pid, startTime }: ProcessIdentity): boolean {
  const process = readProcess(pid);
  return process !== undefined && process.startTime === startTime && process.state !== 'Z';
}
