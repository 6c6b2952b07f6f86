import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  statSync,
} from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { errnoOf, ReconcileError } from '../../errors.ts';

/**
 * The host's files as seen by one look at them. Each thing on which the result depends is noted, so that
 * `isUnchanged` can tell later, at the cost of one stat each, whether a new look would see the same.
 */
export interface HostView {
  /** The entry itself, links not followed; undefined where there is none. Noted with its content. */
  entry(path: string): BigIntStats | undefined;
  /** As `entry` for a folder on the way to something: noted without what lies in it. */
  passage(path: string): BigIntStats | undefined;
  /** What `path` leads to; undefined where there is nothing. Noted with its content: a folder with its names. */
  destination(path: string): BigIntStats | undefined;
  /** Names in a folder, sorted; noted. */
  names(path: string): string[];
  link(path: string): string;
  /** Of a regular file, from `hashes` where these stats are known. Throws ERR_ROOTFS where it changes meanwhile. */
  sha256(path: string, stats: BigIntStats): string;
  readonly notes: ReadonlyMap<string, Note>;
  /** False where something was changed a moment ago: then a later change could look the same. */
  isSettled(): boolean;
}

export interface Note {
  readonly path: string;
  readonly kind: 'entry' | 'passage' | 'destination';
  /** What stat said, as one text; empty where nothing was there. */
  readonly print: string;
}

/** Times in the file system go in steps of up to 10 ms; what is younger than this could change again within one. */
const settleMs = 100;

/** @param hashes sha256 by `printOf`; filled with what is found */
export function openHostView(hashes: Map<string, string>): HostView {
  const notes = new Map<string, Note>();
  let settled = true;
  const note = (kind: Note['kind'], path: string): BigIntStats | undefined => {
    const stats = look(kind, path);
    if (kind !== 'passage' && stats !== undefined && !isOld(stats)) settled = false;
    const key = `${kind} ${path}`;
    // The first look counts: whatever changed after it must show.
    if (!notes.has(key)) notes.set(key, { path, kind, print: printFor(kind, stats) });
    return stats;
  };
  return {
    entry: (path) => note('entry', path),
    passage: (path) => note('passage', path),
    destination: (path) => note('destination', path),
    names: (path) => namesIn(path),
    link: (path) => readlinkSync(path),
    sha256: (path, stats) => {
      const print = printOf(stats);
      const known = hashes.get(print);
      if (known !== undefined) return known;
      const sha256 = hashFile(path, print);
      if (isOld(stats)) hashes.set(print, sha256);
      return sha256;
    },
    notes,
    isSettled: () => settled,
  };
}

/** True where each noted thing is as it was; false also where one cannot be looked at. Reads no content. */
export function isUnchanged(notes: Iterable<Note>): boolean {
  for (const { kind, path, print } of notes) {
    if (printNow(kind, path) !== print) return false;
  }
  return true;
}

function printNow(kind: Note['kind'], path: string): string | undefined {
  try {
    return printFor(kind, look(kind, path));
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Tells one state of one file from every other: any write, chmod, chown or rename-over gives another text. */
export function printOf({
  dev,
  ino,
  size,
  mtimeNs,
  ctimeNs,
}: Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

function look(kind: Note['kind'], path: string): BigIntStats | undefined {
  const options = { bigint: true, throwIfNoEntry: false } as const;
  try {
    return kind === 'destination' ? statSync(path, options) : lstatSync(path, options);
  } catch (error) {
    // A name too long for the file system, or one below a file, cannot be there.
    if (['ENOTDIR', 'ENAMETOOLONG', 'ELOOP'].includes(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

function printFor(kind: Note['kind'], stats: BigIntStats | undefined): string {
  if (stats === undefined) return '';
  return kind === 'passage' ? `${stats.dev}:${stats.ino}:${stats.mode}:${stats.uid}:${stats.gid}` : printOf(stats);
}

/** True where a change from now on will show in the times. */
export function isOld(stats: BigIntStats): boolean {
  return Math.abs(Date.now() - Number(stats.ctimeMs)) > settleMs;
}

function namesIn(path: string): string[] {
  const names = readdirSync(path).sort();
  const garbled = names.find((name) => name.includes('\ufffd'));
  if (garbled === undefined) return names;
  throw new ReconcileError('ERR_ROOTFS', `${path}: the name ${JSON.stringify(garbled)} is not UTF-8`, {
    hint: 'rename that file',
  });
}

/** For all reading here: it is synchronous, so no two files meet in it. A larger one would not stay in the processor's cache. */
const buffer = Buffer.allocUnsafe(64 * 1024);

/** Hashes a file that must be the one that `print` tells of, before and after. */
function hashFile(path: string, print: string): string {
  const fd = openRegular(path);
  try {
    const sha256 = printOf(fstatSync(fd, { bigint: true })) === print ? hashOpenFile(fd) : undefined;
    if (sha256 !== undefined && printOf(fstatSync(fd, { bigint: true })) === print) return sha256;
  } finally {
    closeSync(fd);
  }
  throw new ReconcileError('ERR_ROOTFS', `${path}: it changes while it is read`, {
    hint: 'take files that are not being written',
    retryable: true,
  });
}

/** Opens without following a link and without waiting where somebody put a FIFO in the file's place. */
export function openRegular(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
}

/** The sha256, in hexadecimal, of an open file from its beginning. */
export function hashOpenFile(fd: number): string {
  const hash = createHash('sha256');
  for (let position = 0; ;) {
    const count = readSync(fd, buffer, 0, buffer.length, position);
    if (count === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, count));
    position += count;
  }
}

/** The first 64 KiB of a file, or all of a shorter one. */
export function readBeginning(path: string): Buffer {
  const fd = openSync(path, 'r');
  try {
    return Buffer.from(buffer.subarray(0, readSync(fd, buffer, 0, buffer.length, 0)));
  } finally {
    closeSync(fd);
  }
}

/** A whole file of at most `limitBytes`. Throws ERR_ROOTFS where it is larger. */
export function readWhole(path: string, limitBytes: number): Buffer {
  const { size } = statSync(path);
  if (size <= limitBytes) return readFileSync(path);
  throw new ReconcileError('ERR_ROOTFS', `${path}: ${size} bytes are too many for a program`, {
    hint: `at most ${limitBytes} bytes`,
  });
}
