import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';

/** How a program ended, and what it printed. */
export interface ChildEnd {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where a signal ended it, or it was never started. */
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it: no time left, on request, or more output than it may have. */
  readonly stopped?: 'slow' | 'asked' | 'endless';
  /** Why it could not be started. */
  readonly error?: Error;
}

export interface ChildBounds {
  readonly timeoutMs: number;
  /** For each of its outputs. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
}

/** Time between SIGTERM and SIGKILL for a program that is to end. */
const killAfterMs = 2000;

/** What it started may hold its outputs open for ever. */
const closeAfterMs = 1000;

/** Waits for a child, just started, and for its outputs. It is ended where it passes a bound. Never rejects. */
export function endOf(child: ChildProcess, { timeoutMs, maxBytes, signal }: ChildBounds): Promise<ChildEnd> {
  const { promise, resolve } = Promise.withResolvers<ChildEnd>();
  let stopped: ChildEnd['stopped'];
  let next: NodeJS.Timeout | undefined;
  const stop = (why: NonNullable<typeof stopped>): void => {
    if (stopped !== undefined) return;
    stopped = why;
    child.kill('SIGTERM');
    next = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  const bound = setTimeout(stop, timeoutMs, 'slow');
  const abort = (): void => { stop('asked'); };
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort);
  // Without descriptors it has none, whatever node's types say.
  const streams = [child.stdout, child.stderr].flatMap((stream) => stream ?? []);
  const texts = streams.map((stream) => collect(stream, maxBytes, () => { stop('endless'); }));
  const finish = (how: Pick<ChildEnd, 'status' | 'signal' | 'error'>): void => {
    clearTimeout(bound);
    clearTimeout(next);
    signal?.removeEventListener('abort', abort);
    const [stdout = '', stderr = ''] = texts.map((text) => text());
    resolve({ stdout, stderr, ...how, ...(stopped === undefined ? {} : { stopped }) });
  };
  child.on('error', (error) => {
    // Else it is about a signal that could not be sent.
    if (child.pid === undefined) finish({ status: null, signal: null, error });
  });
  child.once('exit', () => {
    clearTimeout(next);
    next = setTimeout(() => { for (const stream of streams) stream.destroy(); }, closeAfterMs);
  });
  child.once('close', (status, by) => { finish({ status, signal: by }); });
  return promise;
}

/** Gives what came so far; `full` is called where it is more than `maxBytes`, and what comes then is not kept. */
function collect(stream: Readable, maxBytes: number, full: () => void): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) full();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString();
}
