import { ReconcileError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { childProcesses, lastLines } from './capture.ts';
import { withoutInherited } from './inherited.ts';

export interface RunOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly cwd?: string;
  /** Added to PATH and LANG: a child never gets our own environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Code of the error where the program fails; default ERR_COMMAND_FAILED. */
  readonly code?: ErrorCode;
  /** Picks the program's own words out of its stderr; default: the last lines. */
  readonly wordsOf?: (stderr: string) => string;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
}

/** More output than this ends the program: none that we call has so much to say. */
const maxOutputBytes = 1024 * 1024;

/** Time between SIGTERM and SIGKILL for a program that is too slow. */
const killAfterMs = 2000;

/** All that a program gets from us unless more is given. */
export const baseEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };

/**
 * Runs a program to its end, without a shell. Arguments appear in errors: no secrets among them.
 * Throws ERR_TIMEOUT, or `options.code` with exit status or signal and the last lines of stderr.
 */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  // Loading execa takes longer than most commands: those that start nothing do not pay for it.
  const { execa } = await import('execa');
  const result = await execa(file, [...args], {
    extendEnv: false,
    env: { ...baseEnv, ...options.env },
    timeout: options.timeoutMs,
    forceKillAfterDelay: killAfterMs,
    maxBuffer: maxOutputBytes,
    reject: false,
    stripFinalNewline: false,
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? {} : { input: options.input }),
    // Its types know the numbers of descriptors up to 9 alone.
    stdio: withoutInherited([options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']) as ['ignore' | 'pipe', 'pipe', 'pipe', ...9[]],
  });
  if (!result.failed) return { stdout: result.stdout, stderr: result.stderr };
  throw runError([file, ...args].join(' '), result, options);
}

interface Failure {
  readonly timedOut: boolean;
  readonly isCanceled: boolean;
  readonly isMaxBuffer: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly stderr: string;
  readonly cause?: unknown;
}

function runError(command: string, failure: Failure, options: RunOptions): ReconcileError {
  const text = (options.wordsOf ?? lastLines)(failure.stderr);
  const message = `${command}: ${reasonOf(failure, options.timeoutMs)}${text === '' ? '' : `: ${text}`}`;
  const code = failure.timedOut ? 'ERR_TIMEOUT' : (options.code ?? 'ERR_COMMAND_FAILED');
  return new ReconcileError(code, message, { cause: failure.cause, retryable: true });
}

function reasonOf(failure: Failure, timeoutMs: number): string {
  if (failure.timedOut) return `no answer within ${timeoutMs} ms`;
  if (failure.isCanceled) return 'stopped on request';
  if (failure.isMaxBuffer) return `printed more than ${maxOutputBytes} bytes`;
  if (failure.signal !== undefined) return `ended by ${failure.signal}`;
  if (failure.exitCode !== undefined) return `exit status ${failure.exitCode}`;
  return failure.cause instanceof Error ? `cannot be started: ${failure.cause.message}` : 'cannot be started';
}

/** Asks a program one short question, such as --version; undefined where it is missing or fails. */
export function askSync(file: string, args: readonly string[], timeoutMs: number): string | undefined {
  const { error, status, stdout } = childProcesses().spawnSync(file, [...args], {
    env: { ...baseEnv },
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    stdio: withoutInherited(['ignore', 'pipe', 'ignore']),
    encoding: 'utf8',
  });
  return error === undefined && status === 0 ? stdout : undefined;
}
