import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** Where a chunk of the program lies in its file. */
export interface Place {
  /** Bytes from its begin to the end of the file: what comes before may be of any length. */
  readonly fromEnd: number;
  readonly bytes: number;
  /** Line of its begin, from 0. */
  readonly line: number;
}

export type Index = Readonly<Record<string, Place>>;

/** The chunks lie in a comment. What would end it is written so; as long, so that positions stay. */
const [commentEnd, written] = ['*/', '*\x7f'];

/** A chunk's code as it is written in the file. It is ASCII. */
export function toFile(code: string): string {
  if (code.includes(written)) throw new Error('the code has a DEL character after a *');
  return code.replaceAll(commentEnd, written);
}

/** A chunk's code, from its bytes in the file. */
export function fromFile(bytes: Buffer): string {
  return bytes.toString('latin1').replaceAll(written, commentEnd);
}

/** Reads a chunk as it is written in the file. Throws the errors of node:fs. */
export function readChunk(path: string, { fromEnd, bytes }: Place): Buffer {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(bytes);
    const read = readSync(file, chunk, 0, bytes, fstatSync(file).size - fromEnd);
    return chunk.subarray(0, read);
  } finally {
    closeSync(file);
  }
}
