import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { constants as osConstants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { ReconcileError } from '../errors.ts';
import { childProcesses } from './capture.ts';
import { baseEnv } from './exec.ts';
import { withoutInherited } from './inherited.ts';

/** A program that lasts until we let its stdin end, or end ourselves, by whatever signal. */
export interface Holder {
  readonly child: ChildProcess;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Whether we go on for its sake. */
  keepUs(isNeeded: boolean): void;
}

/** In a session of its own, so that a terminal's Ctrl-C does not reach it. Rejects with node's error where it cannot be started. */
export async function spawnHolder(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Holder> {
  const options = { detached: true, cwd: '/', env: { ...baseEnv, ...env }, stdio: withoutInherited(['pipe', 'pipe', 'pipe']) };
  const child = childProcesses().spawn(file, [...args], options) as ChildProcessByStdio<Writable, Readable, Readable>;
  // Without descriptors it has no streams either, whatever node's types say.
  await once(child, 'spawn');
  const { stdin, stdout, stderr } = child;
  for (const output of [stdout, stderr]) output.setEncoding('utf8');
  // Its end shows as the child's.
  stdin.on('error', () => undefined);
  // A pipe to a child is a socket to node.
  const handles = [child, stdin, stdout, stderr] as Partial<Pick<Socket, 'ref' | 'unref' | 'destroyed'>>[];
  return {
    ...{ child, stdin, stdout, stderr },
    keepUs(isNeeded) {
      // A socket that is gone would wait for its connection.
      for (const handle of handles) if (handle.destroyed !== true) (isNeeded ? handle.ref : handle.unref)?.call(handle);
    },
  };
}

/**
 * Runs a program on our own stdin, stdout and stderr, without our environment, and gives its exit status; 128 + signal where
 * a signal ended it. Ctrl-C is left to the program.
 */
export async function runInteractive(file: string, args: readonly string[]): Promise<number> {
  const child = childProcesses().spawn(file, [...args], { env: { ...baseEnv }, stdio: withoutInherited(['inherit', 'inherit', 'inherit']) });
  const ignore = (): void => undefined;
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', forward).on('SIGHUP', forward);
  try {
    return await exitStatus(child, file);
  } finally {
    process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', forward).off('SIGHUP', forward);
  }
}

function exitStatus(child: ChildProcess, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new ReconcileError('ERR_COMMAND_FAILED', `${file}: cannot be started: ${cause.message}`, { cause }));
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (signal === null ? 0 : osConstants.signals[signal]));
    });
  });
}
