import type { ChildProcess } from 'node:child_process';
import { errnoOf, ReconcileError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { hintOf } from '../system-hint.ts';
import { childProcesses, lastLines } from './capture.ts';
import { endOf } from './child-end.ts';
import type { ChildEnd } from './child-end.ts';
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

/** All that a program gets from us unless more is given. */
export const baseEnv = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C' };

/**
 * Runs a program to its end, without a shell. Arguments appear in errors: no secrets among them.
 * Throws ERR_TIMEOUT, or `options.code` with exit status or signal and the last lines of stderr.
 */
export async function run(file: string, args: readonly string[], options: RunOptions): Promise<RunResult> {
  const { timeoutMs, signal } = options;
  const child = start(file, args, options);
  const end = child instanceof Error ? { ...nothing, error: child } : await endOf(child, { timeoutMs, maxBytes: maxOutputBytes, ...(signal === undefined ? {} : { signal }) });
  if (end.status === 0 && end.stopped === undefined) return { stdout: end.stdout, stderr: end.stderr };
  throw runError([file, ...args].join(' '), end, options);
}

const nothing = { stdout: '', stderr: '', status: null, signal: null } as const;

/** The error is for what no program can get, such as more arguments than the kernel takes. */
function start(file: string, args: readonly string[], { cwd, env, input }: RunOptions): ChildProcess | Error {
  try {
    const child = childProcesses().spawn(file, [...args], {
      env: { ...baseEnv, ...env },
      stdio: withoutInherited([input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe']),
      ...(cwd === undefined ? {} : { cwd }),
    });
    // It may end without reading it.
    child.stdin?.on('error', () => undefined).end(input);
    return child;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
}

function runError(command: string, end: ChildEnd, options: RunOptions): ReconcileError {
  const text = (options.wordsOf ?? lastLines)(end.stderr);
  const message = `${command}: ${reasonOf(end, options.timeoutMs)}${text === '' ? '' : `: ${text}`}`;
  const code = end.stopped === 'slow' ? 'ERR_TIMEOUT' : (options.code ?? 'ERR_COMMAND_FAILED');
  const errno = errnoOf(end.error);
  const hint = errno === undefined || errno === 'ENOENT' ? {} : { hint: hintOf(errno) };
  return new ReconcileError(code, message, { cause: end.error, retryable: true, ...hint });
}

function reasonOf({ stopped, error, signal, status }: ChildEnd, timeoutMs: number): string {
  if (stopped === 'slow') return `no answer within ${timeoutMs} ms`;
  if (stopped === 'asked') return 'stopped on request';
  if (stopped === 'endless') return `printed more than ${maxOutputBytes} bytes`;
  if (error !== undefined) return `cannot be started: ${error.message}`;
  return signal === null ? `exit status ${status}` : `ended by ${signal}`;
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
