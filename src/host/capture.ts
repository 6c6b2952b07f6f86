import { errnoOf } from '../errors.ts';

/** Loading it takes as long as looking at a host: those that start nothing do not pay for it. */
export function childProcesses() {
  return process.getBuiltinModule('node:child_process');
}

export interface CaptureOptions {
  readonly cwd?: string;
  /** All that the program gets. */
  readonly env: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface Captured {
  /** Undefined where a signal ended it. */
  readonly status: number | undefined;
  readonly stdout: Buffer;
  /** Its last lines. */
  readonly stderr: string;
  /** Why it could not be started, or was ended by us: ENOENT, ETIMEDOUT, ENOBUFS. */
  readonly errno?: string;
}

/**
 * Runs a program whose answer is bytes and whose failures the caller understands: it does not throw. It works where there
 * is no Linux, so nobody looks for descriptors that we inherited: it is for programs that end before we do, and touch no container.
 */
export function captureSync(file: string, args: readonly string[], options: CaptureOptions): Captured {
  const { status, stdout, stderr, error } = childProcesses().spawnSync(file, [...args], {
    env: { ...options.env },
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: options.maxBytes,
    windowsHide: true,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input: options.input }),
  });
  const errno = errnoOf(error);
  // A program that could not be started has no output, whatever node's types say.
  const [printed, words] = [stdout, stderr] as readonly (Buffer | null)[] as [Buffer | null, Buffer | null];
  const captured = { status: status ?? undefined, stdout: printed ?? Buffer.alloc(0), stderr: lastLines(String(words ?? '')) };
  return errno === undefined ? captured : { ...captured, errno };
}

/** The end of a program's stderr on one line, control characters removed, at most 1,000 characters. */
export function lastLines(stderr: string, count = 5): string {
  const lines = stderr.split('\n').map((line) => line.replace(/\p{Cc}/gu, ' ').trim());
  return lines.filter((line) => line !== '').slice(-count).join('; ').slice(-1000);
}
