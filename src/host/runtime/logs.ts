import { closeSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { errnoOf } from '../../errors.ts';
import { lastLinesStart, parseLines } from './cri-log.ts';

export interface LogOptions {
  readonly path: string;
  /** Whole lines from the end; absent: all of them. */
  readonly tail?: number;
  /** Go on until aborted, or until the log is removed. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/**
 * Prints what a container wrote, from the log that conmon keeps. A log that conmon has begun anew, or
 * that somebody cut, is read on from its start. False: there is no log.
 */
export async function printLog(options: LogOptions): Promise<boolean> {
  const fd = openIfThere(options.path);
  if (fd === undefined) return false;
  const { size } = fstatSync(fd);
  const position = options.tail === undefined ? 0 : tailStart(fd, { size, count: options.tail });
  // Who does not follow is not to run after a container that prints as fast as we read.
  let next: OpenLog | undefined = { fd, position, end: options.follow === true ? Infinity : size };
  while (next !== undefined) next = await printFile(next, options);
  return true;
}

interface OpenLog {
  readonly fd: number;
  readonly position: number;
  /** Nothing beyond it is printed. */
  readonly end: number;
}

/** Prints one file for as long as the log's name means it; gives the file that took its place, if any. Closes it. */
async function printFile({ fd, position, end }: OpenLog, options: LogOptions): Promise<OpenLog | undefined> {
  try {
    const { ino } = fstatSync(fd);
    let at = position;
    for (;;) {
      // Looked up before the reading: what came into the file before it lost its name is then printed too.
      const named = inodeOf(options.path);
      if (fstatSync(fd).size < at) at = 0;
      at = await printFrom({ fd, position: at, end }, options);
      if (options.follow !== true || isAborted(options) || named === undefined) return undefined;
      if (named !== ino) return openAnew(options.path);
      await changeOf(options);
    }
  } finally {
    closeSync(fd);
  }
}

function openAnew(path: string): OpenLog | undefined {
  const fd = openIfThere(path);
  return fd === undefined ? undefined : { fd, position: 0, end: Infinity };
}

/** Also the most that one line can be: conmon's are 8 KiB. */
const chunkBytes = 64 * 1024;

/** Prints all whole lines from `position` on, up to `end` at most, and gives where they end. */
async function printFrom({ fd, position, end }: OpenLog, options: LogOptions): Promise<number> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  let at = position;
  for (;;) {
    const length = readSync(fd, buffer, 0, Math.max(0, Math.min(chunkBytes, end - at)), at);
    const { pieces, rest } = parseLines(buffer.subarray(0, length));
    const full = length === chunkBytes && rest.length === chunkBytes;
    if (full) pieces.push({ stream: 'stdout', bytes: rest });
    at += full ? length : length - rest.length;
    for (const { stream, bytes } of pieces) await write(options[stream], bytes);
    if (length < chunkBytes || isAborted(options)) return at;
  }
}

/** Waits while the reader is slow: a log never piles up in memory. The bytes are copied, the buffer is used again. */
async function write(stream: Writable, bytes: Buffer): Promise<void> {
  if (bytes.length > 0 && !stream.write(Buffer.from(bytes))) await once(stream, 'drain');
}

function tailStart(fd: number, { size, count }: { readonly size: number; readonly count: number }): number {
  return lastLinesStart(size, count, (from, to) => {
    const bytes = Buffer.allocUnsafe(to - from);
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from));
  });
}

/** inotify tells at once; where it cannot, or the name now means another file, a look every now and then does. */
const pollMs = 250;

function changeOf({ path, signal }: LogOptions): Promise<void> {
  return new Promise((resolve) => {
    const stop = watchIfThere(path, finish);
    const timer = setTimeout(finish, pollMs);
    signal?.addEventListener('abort', finish, { once: true });
    function finish(): void {
      stop();
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    }
  });
}

function watchIfThere(path: string, onChange: () => void): () => void {
  try {
    const watcher = watch(path, onChange);
    watcher.on('error', onChange);
    return () => watcher.close();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return () => undefined;
  }
}

function isAborted({ signal }: LogOptions): boolean {
  return signal?.aborted === true;
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
