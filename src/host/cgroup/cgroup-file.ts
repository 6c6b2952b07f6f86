import { closeSync, constants, openSync, readSync, statfsSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { ReconcileError, errnoOf } from '../../errors.ts';
import { explainRead, explainWrite } from './errno.ts';

const { O_NOFOLLOW, O_RDONLY, O_TRUNC, O_WRONLY } = constants;

/** Magic numbers of statfs(2): linux/magic.h. */
const cgroupMagics: ReadonlySet<number> = new Set([0x63677270, 0x27e0eb]);

/**
 * The kernel hands out a long file in pieces of about a page and ends each piece at a record's end.
 * A piece shorter than this is therefore the last one, and asking for more is not needed.
 */
const lastPieceBytes = 2048;

const buffer = Buffer.allocUnsafeSlow(65_536);

/**
 * The content of one cgroup file without the white space around it, by three system calls.
 * Undefined: no such file, or its cgroup is gone. Throws ERR_CGROUP_READ for anything else.
 */
export function readCgroupFile(path: string): string | undefined {
  try {
    return readText(path);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw readError(path, error);
  }
}

/**
 * The processes in one cgroup directory, without those of its children; empty where it is gone.
 * A threaded cgroup refuses to list processes: its threads stand in, and a signal to a thread reaches its process.
 * A process of another pid namespace reads as 0 and is left out: kill(0) would hit our own group.
 */
export function readPids(dir: string): number[] {
  try {
    return parsePids(readText(`${dir}/cgroup.procs`));
  } catch (error) {
    if (isGone(error)) return [];
    if (!isThreaded(error)) throw readError(`${dir}/cgroup.procs`, error);
  }
  return parsePids(readCgroupFile(`${dir}/cgroup.threads`) ?? '');
}

export interface CgroupWrite {
  /** Whose cgroup it is, for the error. */
  readonly object: string;
  readonly path: string;
  readonly value: string;
  /** Present usage in words, asked for only when the kernel refuses. */
  usage?(): string | undefined;
}

/**
 * Writes one value, never making a file. Throws ERR_CGROUP_WRITE, retryable where the kernel may accept later.
 * An empty value goes as a newline: a write of no bytes does not reach every file.
 */
export function writeCgroupFile(write: CgroupWrite): void {
  try {
    writeText(write.path, write.value === '' ? '\n' : write.value);
  } catch (error) {
    throw writeError(write, error);
  }
}

/** Writes one value where the file is there; false where it is not, or its cgroup is gone. Throws ERR_CGROUP_WRITE. */
export function writeIfPresent(write: CgroupWrite): boolean {
  try {
    writeText(write.path, write.value);
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw writeError(write, error);
  }
}

/** Whether `path` lies on a cgroup file system; false where it does not exist. */
export function isCgroupDir(path: string): boolean {
  try {
    return cgroupMagics.has(statfsSync(path).type);
  } catch (error) {
    if (isGone(error)) return false;
    throw readError(path, error);
  }
}

/** True for the errors that mean that a cgroup, or one of its files, is not there any more. */
export function isGone(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENODEV' || errno === 'ENOTDIR';
}

function readText(path: string): string {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    const length = readSync(fd, buffer);
    if (length < lastPieceBytes) return buffer.toString('latin1', 0, endOf(length));
    return (buffer.toString('latin1', 0, length) + readRest(fd)).trim();
  } finally {
    closeSync(fd);
  }
}

/** Where the last white space of what was read begins. */
function endOf(length: number): number {
  let end = length;
  while (end > 0 && (buffer[end - 1] ?? 0) <= 0x20) end -= 1;
  return end;
}

function readRest(fd: number): string {
  let text = '';
  for (;;) {
    const length = readSync(fd, buffer);
    if (length === 0) return text;
    text += buffer.toString('latin1', 0, length);
  }
}

function writeText(path: string, text: string): void {
  const fd = openSync(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
  try {
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

function parsePids(text: string): number[] {
  if (text === '') return [];
  return text.split('\n').map(Number).filter((pid) => pid > 0);
}

function isThreaded(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOTSUP' || errno === 'EOPNOTSUPP';
}

function readError(path: string, error: unknown): ReconcileError {
  const { reason, hint } = explainRead(errnoOf(error));
  return new ReconcileError('ERR_CGROUP_READ', `read ${path}: ${reason}`, { hint, cause: error });
}

function writeError({ object, path, value, usage }: CgroupWrite, error: unknown): ReconcileError {
  const errno = errnoOf(error);
  const { reason, hint, retryable } = explainWrite({ errno, path, unified: hasController(dirname(path)) });
  const present = usage?.();
  const message = `${object}: write ${JSON.stringify(value)} to ${path}: ${reason}`;
  return new ReconcileError('ERR_CGROUP_WRITE', present === undefined ? message : `${message} (${present})`, {
    hint,
    cause: error,
    retryable,
  });
}

/** Only cgroup2 directories tell their controllers. */
function hasController(dir: string): boolean {
  return readCgroupFile(`${dir}/cgroup.controllers`) !== undefined;
}
