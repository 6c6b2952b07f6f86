import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { fileLimitBytes } from '../manifest/text-check.ts';
import { fileDiagnostic, unreadable } from './file-diagnostic.ts';
import { ownerProblem } from './owners.ts';
import type { Owners } from './owners.ts';
import { type FoundFile, isGone } from './walk.ts';

export type FileContent = { readonly text: string; readonly byteCount: number } | { readonly diagnostic: Diagnostic };

const buffer = Buffer.allocUnsafe(fileLimitBytes + 1);
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads one manifest. Throws where it went away (see `isGone`); all else that can be wrong is a diagnostic. */
export function readManifestFile({ file, realPath }: FoundFile, owners?: Owners): FileContent {
  try {
    const read = readUpToLimit(realPath, (stats) => (stats.isFile() ? ownerProblem(file, stats, owners) : notRegular(file)));
    return 'bytes' in read ? decodeManifest(file, read.bytes) : read;
  } catch (error) {
    if (isGone(error)) throw error;
    return { diagnostic: unreadable(file, error) };
  }
}

/** At most one byte more than the limit, unless there is a problem with it. O_NONBLOCK, so that a FIFO does not hang us. */
function readUpToLimit(path: string, problemOf: (stats: Stats) => Diagnostic | undefined): { readonly bytes: Buffer } | { readonly diagnostic: Diagnostic } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const diagnostic = problemOf(fstatSync(fd));
    if (diagnostic !== undefined) return { diagnostic };
    let length = 0;
    while (length < buffer.length) {
      const count = readSync(fd, buffer, length, buffer.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return { bytes: buffer.subarray(0, length) };
  } finally {
    closeSync(fd);
  }
}

function notRegular(file: string): Diagnostic {
  return fileDiagnostic(file, 'is not a regular file', 'put a regular file there');
}

/** The diagnostic for a file of more than the limit. */
export function tooLarge(file: string): Diagnostic {
  return fileDiagnostic(file, 'the file is larger than 1 MiB', 'split it into several files');
}

/** The text in a manifest's bytes, or what is wrong with them. */
export function decodeManifest(file: string, bytes: Buffer): FileContent {
  if (bytes.length > fileLimitBytes) return { diagnostic: tooLarge(file) };
  try {
    return { text: decoder.decode(bytes), byteCount: bytes.length };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { diagnostic: notUtf8(file, bytes) };
  }
}

function notUtf8(file: string, bytes: Buffer): Diagnostic {
  const valid = validLength(bytes);
  const before = bytes.subarray(0, valid).toString('utf8');
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  const got = `byte 0x${(bytes[valid] ?? 0).toString(16).padStart(2, '0')}`;
  return { file, line, column, path: '', message: 'is not UTF-8', got, hint: 'save the file as UTF-8' };
}

/** Length of the longest start that is UTF-8. */
function validLength(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) low = middle;
    else high = middle - 1;
  }
  while (!isUtf8(bytes.subarray(0, low), false)) low -= 1;
  return low;
}

/** With `open`, the last character may be cut: more bytes could complete it. */
function isUtf8(bytes: Buffer, open: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: open });
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}
