import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { errnoOf, ReconcileError } from '../../errors.ts';
import { hintOf } from '../../system-hint.ts';

/** One buffer for every read: all of /proc is read synchronously, so no two reads meet in it. */
let buffer = Buffer.allocUnsafe(64 * 1024);

/** Each means that the process ended: before the open, before the read, or with its namespaces already let go. */
const goneErrnos = new Set(['ENOENT', 'ESRCH', 'EINVAL']);

/** The text of a file below /proc/PID, or undefined where that process is gone. Throws ERR_PROC_UNREADABLE. */
export function readProcFile(path: string): string | undefined {
  return readText(path, fillBuffer);
}

/** The same for a file that the kernel makes as a whole, such as stat and cgroup: one read is all of it. */
export function readProcRecord(path: string): string | undefined {
  return readText(path, (fd) => readSync(fd, buffer));
}

function readText(path: string, fill: (fd: number) => number): string | undefined {
  return unlessGone(path, () => {
    const fd = openSync(path, 'r');
    try {
      return buffer.toString('utf8', 0, fill(fd));
    } finally {
      closeSync(fd);
    }
  });
}

/** What a link below /proc/PID says, or undefined where it or the process is gone. Throws ERR_PROC_UNREADABLE. */
export function readProcLink(path: string): string | undefined {
  return unlessGone(path, () => readlinkSync(path));
}

/** Every process that can be seen, in no order that means anything. */
export function listPids(): number[] {
  return readdirSync('/proc').map(Number).filter((pid) => pid > 0);
}

function unlessGone(path: string, read: () => string): string | undefined {
  try {
    return read();
  } catch (cause) {
    const errno = errnoOf(cause) ?? 'unknown';
    if (goneErrnos.has(errno)) return undefined;
    throw new ReconcileError('ERR_PROC_UNREADABLE', `${path}: cannot be read: ${errno}`, {
      cause,
      hint: hintOf(errno),
      retryable: true,
    });
  }
}

/** The kernel gives files made of lines in pieces of about a page: only an empty read is the end. */
function fillBuffer(fd: number): number {
  let length = 0;
  for (;;) {
    if (length === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    const count = readSync(fd, buffer, length, buffer.length - length, null);
    if (count === 0) return length;
    length += count;
  }
}
