import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Bytes at the end of a file of code: the checksums of the chunk that it was made from, and of the code itself. */
const trailerBytes = 8;

/** The file of what V8 made of a chunk, below the program's folder. Code is for one version of node and one architecture. */
export function codeFile(program: string, chunk: string): string {
  return join(dirname(program), 'code-cache', `${process.version}-${process.arch}`, chunk);
}

/** Content of a file of code. */
export function sealCode(code: Buffer, chunk: Buffer): Buffer {
  const trailer = Buffer.alloc(trailerBytes);
  trailer.writeUInt32LE(crc32(chunk), 0);
  trailer.writeUInt32LE(crc32(code), 4);
  return Buffer.concat([code, trailer]);
}

/**
 * What V8 made of `chunk`; undefined where it is not there, not whole, or of another chunk. V8 itself compares its
 * version and flags, and of the source the length alone: damaged code ends the process.
 */
export function readCode(path: string, chunk: Buffer): Buffer | undefined {
  const sealed = readIfThere(path);
  if (sealed === undefined || sealed.length <= trailerBytes) return undefined;
  const code = sealed.subarray(0, -trailerBytes);
  const trailer = sealed.subarray(-trailerBytes);
  return trailer.readUInt32LE(0) === crc32(chunk) && trailer.readUInt32LE(4) === crc32(code) ? code : undefined;
}

/** Whatever keeps it from being read: the program runs without. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
