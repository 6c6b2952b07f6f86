import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { lastLines } from '../capture.ts';
import { makePrivateDir } from '../file.ts';
import type { Paths } from '../paths.ts';
import type { Overlay } from '../rootfs/overlay.ts';
import { overlayError } from '../rootfs/overlay.ts';
import { openDeadline } from './deadline.ts';
import type { Launch } from './launch.ts';
import { notMounted, withOverlay } from './launch.ts';
import { killCreators } from './monitor.ts';
import { runtimeWords } from './runtime-words.ts';
import type { Starter } from './starter.ts';
import type { Started } from './starter-shell.ts';

export interface ConmonOptions {
  readonly name: ContainerName;
  readonly paths: Paths;
  /** Absolute paths of the programs. */
  readonly conmon: string;
  readonly runtime: string;
  /** The root filesystem, where it has to be mounted. */
  readonly overlay?: Overlay | undefined;
  readonly starter: Starter;
  readonly timeoutMs?: number;
  /** conmon starts the log anew when it grows beyond this: what it held is lost. */
  readonly logSizeMaxBytes?: number;
}

const defaultTimeoutMs = 30_000;
const defaultLogSizeMaxBytes = 16 * 1024 * 1024;

/**
 * Runs the runtime's `create` under conmon and gives the pid of the process that waits to be started.
 * Throws ERR_RUNTIME_FAILED with the runtime's own words, or ERR_TIMEOUT; then neither conmon nor the
 * runtime is left running.
 */
export async function createUnderConmon(
  options: ConmonOptions,
  signal?: AbortSignal,
): Promise<{ readonly pid: number }> {
  const { name, paths } = options;
  signal?.throwIfAborted();
  for (const folder of [paths.exits, paths.runtimeState, paths.logs]) makePrivateDir(folder);
  removeLeftovers(options);
  const started = await options.starter.start(launchOf(options));
  try {
    return { pid: await readPid(started, options, signal) };
  } catch (error) {
    // Whatever it has become: no look at arguments finds a program that runs another in its own place.
    started.kill();
    await killCreators(paths.bundle(name));
    throw error;
  }
}

function launchOf({ overlay, ...options }: ConmonOptions): Launch {
  // conmon notes an OOM kill by a file named oom in its working folder.
  const conmon: Launch = { file: options.conmon, args: argsOf(options), cwd: options.paths.bundle(options.name) };
  return overlay === undefined ? conmon : withOverlay(conmon, overlay);
}

/** What a container of this name left behind would be taken for the new one's. */
function removeLeftovers({ name, paths }: ConmonOptions): void {
  const bundle = paths.bundle(name);
  for (const file of ['pid', 'conmon.pid', 'attach', 'ctl', 'winsz']) rmSync(join(bundle, file), { force: true });
  rmSync(join(paths.exits, name), { force: true });
}

function argsOf(options: ConmonOptions): string[] {
  const { name, paths } = options;
  const bundle = paths.bundle(name);
  return [
    ...['--cid', name, '--cuuid', name, '--name', name],
    ...['--runtime', options.runtime, `--runtime-arg=--root=${paths.runtimeState}`],
    ...['--bundle', bundle, '--container-pidfile', join(bundle, 'pid'), '--conmon-pidfile', join(bundle, 'conmon.pid')],
    ...['--log-path', `k8s-file:${paths.log(name)}`],
    ...['--log-size-max', String(options.logSizeMaxBytes ?? defaultLogSizeMaxBytes)],
    ...['--exit-dir', paths.exits],
    // Else the exit file, and with it a restart, waits until the disk has the log: seconds where it is busy.
    '--no-sync-log',
    // Its sockets then lie in the bundle, opened through the folder: no path is too long for one.
    '--full-attach',
  ];
}

async function readPid(started: Started, options: ConmonOptions, signal: AbortSignal | undefined): Promise<number> {
  const { name } = options;
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs;
  const deadline = openDeadline(timeoutMs, signal);
  const answer = await Promise.race([started.answer.then((text) => ({ text })), deadline.passed]);
  deadline.close();
  if (answer === 'stopped') throw stoppedError(name, 'create');
  if (answer === 'late') throw silentError(name, 'create: no answer from conmon', timeoutMs);
  if (answer.text !== undefined) return pidIn(answer.text, name);
  const words = started.words();
  if (options.overlay !== undefined && words.endsWith(notMounted)) throw overlayError(options.overlay, lastLines(words.slice(0, -notMounted.length)));
  throw failed(name, `conmon ended without an answer${suffix(runtimeWords(words))}`);
}

/** `{"pid": 42}`; a negative number comes with the runtime's stderr as `message`. */
function pidIn(text: string, name: ContainerName): number {
  const answer = parseAnswer(text);
  if (answer === undefined) throw failed(name, `conmon answered ${JSON.stringify(text.slice(0, 100))}`);
  if (answer.pid > 1) return answer.pid;
  throw failed(name, `create failed${suffix(runtimeWords(answer.message))}`);
}

function parseAnswer(text: string): { readonly pid: number; readonly message: string } | undefined {
  try {
    const value = JSON.parse(text) as { readonly pid?: unknown; readonly message?: unknown } | null;
    if (!Number.isSafeInteger(value?.pid)) return undefined;
    return { pid: value?.pid as number, message: typeof value?.message === 'string' ? value.message : '' };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function suffix(words: string): string {
  return words === '' ? '' : `: ${words}`;
}

function failed(name: ContainerName, reason: string, cause?: unknown): ReconcileError {
  return new ReconcileError('ERR_RUNTIME_FAILED', `${name}: ${reason}`, { cause, retryable: true });
}

export function silentError(name: ContainerName, what: string, timeoutMs: number): ReconcileError {
  return new ReconcileError('ERR_TIMEOUT', `${name}: ${what} within ${timeoutMs} ms`, { retryable: true });
}

export function stoppedError(name: ContainerName, what: string): ReconcileError {
  return new ReconcileError('ERR_RUNTIME_FAILED', `${name}: ${what}: stopped on request`, { retryable: true });
}
