import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../errors.ts';
import { readTextIfExists } from '../file.ts';
import { listPids, readProcFile } from '../proc/proc-file.ts';
import { readProcess, signalProcess } from '../proc/process.ts';
import type { ProcessIdentity, ProcessStat } from '../proc/process.ts';

/** After SIGKILL a process is gone at once, unless the kernel itself is stuck. */
const killWaitMs = 2000;

const longestPauseMs = 20;

/**
 * Sees to it that no conmon of this bundle is left. conmon ends by itself soon after its container and
 * writes the exit file then: it gets `waitMs` for that before it is killed.
 */
export async function endMonitor(bundle: string, waitMs: number): Promise<void> {
  if (await awaitMonitor(bundle, waitMs)) return;
  await killCreators(bundle);
}

/** Waits until the conmon of a container that ended has ended too; false after `waitMs`. */
export async function awaitMonitor(bundle: string, waitMs: number): Promise<boolean> {
  return waitUntilGone(findMonitors(bundle), waitMs);
}

/** Lets the conmon of this bundle go on where a signal stopped it. Throws ERR_SIGNAL_REFUSED. */
export function continueMonitor(bundle: string): void {
  for (const monitor of findMonitors(bundle)) signalProcess(monitor, 'SIGCONT');
}

/** Kills every conmon and runtime that works on this bundle, and all that came from them, until none is left. */
export async function killCreators(bundle: string): Promise<void> {
  await killAll(() => scanProcesses((args) => namesBundle(args, bundle)));
}

/** Like `killCreators`, and every other call of the runtime for the container, such as a `start` that hangs. */
export async function killCallers(bundle: string, runtimeState: string): Promise<void> {
  const name = basename(bundle);
  await killAll(() => scanProcesses((args) => namesBundle(args, bundle) || callsRuntime(args, runtimeState, name)));
}

async function killAll(find: () => readonly ProcessIdentity[]): Promise<void> {
  for (let found = find(); found.length > 0; found = find()) {
    for (const process of found) signalProcess(process, 'SIGKILL');
    if (!(await waitUntilGone(found, killWaitMs))) return;
  }
}

/** The conmon in the bundle's pid file, unless it ended; where that file proves nothing, a look at all processes. */
export function findMonitors(bundle: string): ProcessIdentity[] {
  const noted = readNoted(bundle);
  if (noted === undefined) return scanMonitors(bundle);
  // In this order: a process that is ending loses its arguments first, and is then still there for a while.
  const args = readArgs(noted);
  const process = readProcess(noted);
  if (process === undefined || process.state === 'Z') return [];
  const isIt = namesBundle(args, bundle) || (hasNone(args) && !isOfKernel(process));
  return isIt ? [{ pid: noted, startTime: process.startTime }] : scanMonitors(bundle);
}

/**
 * Whether `parent`, the parent of the container's init process, is its conmon. The runtime leaves that process to conmon,
 * and the kernel gives it to another one the moment conmon ends: to one that was there before, so that no pid that is used
 * again can pass for it. The note counts too: the bundle may go by another path than when conmon was given it.
 */
export function isMonitor(bundle: string, parent: number): boolean {
  return namesBundle(readArgs(parent), bundle) || readNoted(bundle) === parent;
}

/** The runtime that a container was made with, which alone knows it: absolute, from the command line of its conmon. Undefined: it has none. */
export function runtimeUnder(bundle: string): string | undefined {
  const args = findMonitors(bundle).flatMap(({ pid }) => readArgs(pid));
  return args.find((_, index) => args[index - 1] === '--runtime');
}

function hasNone(args: readonly string[]): boolean {
  return args.join('') === '';
}

/** Kernel threads have no arguments either; kthreadd, their parent, is process 2. */
function isOfKernel({ pid, ppid }: ProcessStat): boolean {
  return pid === 2 || ppid === 2;
}

function readNoted(bundle: string): number | undefined {
  const pid = Number(readTextUnlessDamaged(join(bundle, 'conmon.pid')));
  return Number.isSafeInteger(pid) && pid > 1 ? pid : undefined;
}

/** Folders and files may have changed places; whatever lies there then names no process. */
function readTextUnlessDamaged(path: string): string | undefined {
  try {
    return readTextIfExists(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function scanMonitors(bundle: string): ProcessIdentity[] {
  return listPids().filter((pid) => namesBundle(readArgs(pid), bundle)).flatMap(identify);
}

/** The processes that `isMeant` finds by their arguments, with everything that they started, parents first. */
function scanProcesses(isMeant: (args: readonly string[]) => boolean): ProcessIdentity[] {
  const meant = listPids().filter((pid) => isMeant(readArgs(pid)));
  if (meant.length === 0) return [];
  const found = new Set(meant);
  const all = listPids().flatMap((pid) => readProcess(pid) ?? []);
  for (let size = 0; size !== found.size;) {
    size = found.size;
    for (const { pid, ppid } of all) if (found.has(ppid) && pid !== process.pid) found.add(pid);
  }
  return [...found].flatMap(identify);
}

/** True for the arguments of conmon, and of the runtime's `create`. */
function namesBundle(args: readonly string[], bundle: string): boolean {
  return bundlesIn(args).some((arg) => arg === bundle);
}

/** The folders that a command line names as its bundle. */
export function bundlesIn(args: readonly string[]): string[] {
  return args.filter((_, index) => args[index - 1] === '--bundle');
}

/** True for what oci-runtime.ts calls: --root=STATE … -- NAME. */
function callsRuntime(args: readonly string[], runtimeState: string, name: string): boolean {
  return args.includes(`--root=${runtimeState}`) && args.at(-2) === '--' && args.at(-1) === name;
}

function identify(pid: number): ProcessIdentity[] {
  const process = readProcess(pid);
  return process === undefined || process.state === 'Z' ? [] : [{ pid, startTime: process.startTime }];
}

/** The arguments of a process; none where it is gone, or is the kernel's. */
export function readArgs(pid: number): string[] {
  return (readProcFile(`/proc/${pid}/cmdline`) ?? '').replace(/\0$/, '').split('\0');
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
