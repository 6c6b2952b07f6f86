import type { ChildProcess, ChildProcessByStdio } from 'node:child_process';
import type { Socket } from 'node:net';
import { constants as osConstants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { ReconcileError } from '../errors.ts';
import { childProcesses } from './capture.ts';
import { baseEnv } from './exec.ts';
import { withoutInherited } from './inherited.ts';

export interface PipedProcess {
  readonly child: ChildProcess;
  readonly stderr: Readable;
  /** What the program writes to its descriptor 3. */
  readonly pipe: Readable;
}

export interface PipeOptions {
  /** Added to PATH and LANG. */
  readonly env: Readonly<Record<string, string>>;
  /** A program that outlives us must not write where we happened to be started, nor keep that folder busy. */
  readonly cwd: string;
}

/**
 * Starts a program in a session of its own, so that a terminal's Ctrl-C does not reach it, with an
 * extra pipe as its descriptor 3. Failure to start shows as the child's `error` event.
 */
export function spawnWithPipe(file: string, args: readonly string[], { env, cwd }: PipeOptions): PipedProcess {
  const child = childProcesses().spawn(file, [...args], {
    detached: true,
    cwd,
    env: { ...baseEnv, ...env },
    stdio: withoutInherited(['ignore', 'ignore', 'pipe', 'pipe']),
  });
  return { child, stderr: child.stdio[2] as Readable, pipe: child.stdio[3] as Readable };
}

/** A program that lasts until we let its stdin end, or end ourselves, by whatever signal. */
export interface Holder {
  readonly child: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** From now on its outputs are not read, and it keeps no program of ours going. */
  letGo(): void;
}

/** In a session of its own, so that a terminal's Ctrl-C does not reach it. Failure to start shows as the child's `error` event. */
export function spawnHolder(file: string, args: readonly string[]): Holder {
  const options = { detached: true, cwd: '/', env: { ...baseEnv }, stdio: withoutInherited(['pipe', 'pipe', 'pipe']) };
  const child = childProcesses().spawn(file, [...args], options) as ChildProcessByStdio<Writable, Readable, Readable>;
  const { stdin, stdout, stderr } = child;
  for (const output of [stdout, stderr]) output.setEncoding('utf8');
  return {
    ...{ child, stdout, stderr },
    letGo() {
      stdout.destroy();
      stderr.destroy();
      // A pipe to a child is a socket to node.
      (stdin as Partial<Socket>).unref?.();
      child.unref();
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
