import { closeSync, lstatSync, openSync, readSync, statSync } from 'node:fs';
import { errnoOf, ReconcileError } from '../errors.ts';
import { writeFileAtomic } from './file.ts';

/** A plan of some 100,000 changes; more is another kind of file. */
const limitBytes = 128 * 1024 * 1024;

/** The first characters of a regular file; undefined where there is none, or where it may not be read. */
export function readStart(path: string, bytes: number): string | undefined {
  try {
    if (statSync(path).isFile()) return read(path, bytes).toString('utf8');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
  return undefined;
}

/** All of a file, or of a pipe such as /dev/stdin. Throws ERR_PLAN_FILE. */
export function readDocument(path: string): string {
  try {
    const bytes = read(path, limitBytes + 1);
    if (bytes.length <= limitBytes) return bytes.toString('utf8');
  } catch (error) {
    throw explain(`${path}: cannot be read`, error);
  }
  throw new ReconcileError('ERR_PLAN_FILE', `${path}: is larger than 128 MiB`, { hint: 'name a file that reconcile wrote' });
}

/**
 * Writes a file for its owner alone, in one step: what is there before stays until the new one is whole. Only a
 * regular file is replaced: a link or a device, such as /dev/stdout, would be lost. Throws ERR_PLAN_FILE.
 */
export function writeDocument(path: string, text: string): void {
  try {
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || found.isFile()) return writeFileAtomic(path, text, 0o600);
  } catch (error) {
    throw explain(`${path}: cannot be written`, error);
  }
  throw new ReconcileError('ERR_PLAN_FILE', `${path}: is no regular file, and is left as it is`, { hint: 'name a file, which may exist or not' });
}

function read(path: string, most: number): Buffer {
  const fd = openSync(path, 'r');
  try {
    const parts: Buffer[] = [];
    for (let length = 0; length < most; ) {
      const part = Buffer.allocUnsafe(Math.min(64 * 1024, most - length));
      const count = readSync(fd, part, 0, part.length, null);
      if (count === 0) break;
      parts.push(part.subarray(0, count));
      length += count;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(fd);
  }
}

const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['no such file or folder', 'look at the path'],
  ENOTDIR: ['goes through something that is no folder', 'look at the path'],
  EISDIR: ['is a folder', 'name a file'],
  EACCES: ['permission denied', 'name a file that this user may read or write'],
  EROFS: ['the file system is read-only', 'name a file elsewhere'],
  ENOSPC: ['the disk is full', 'make room, or name a file elsewhere'],
};

function explain(what: string, cause: unknown): unknown {
  const errno = errnoOf(cause);
  if (errno === undefined) return cause;
  const [reason, hint] = reasons[errno] ?? [errno, 'look at the path'];
  return new ReconcileError('ERR_PLAN_FILE', `${what}: ${reason}`, { hint, cause });
}
