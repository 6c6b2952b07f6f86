/** A piece of what a container wrote, as bytes: they need not be text. */
export interface LogPiece {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const newline = 0x0a;

/** 2026-01-31T12:00:00.000000000+00:00 stdout F text */
const header = /^\S{1,64} (stdout|stderr) ([FP]) /;

/** Longer than any header. */
const headerBytes = 96;

/**
 * Takes CRI log lines apart. A partial line (P) gives its text without a newline, so that the pieces
 * of a long line come together again. Lines of another form pass as they are, to stdout.
 */
export function parseLines(bytes: Buffer): { readonly pieces: LogPiece[]; readonly rest: Buffer } {
  const pieces: LogPiece[] = [];
  let start = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
    pieces.push(pieceOf(bytes.subarray(start, end + 1)));
    start = end + 1;
  }
  return { pieces, rest: bytes.subarray(start) };
}

function pieceOf(line: Buffer): LogPiece {
  const [found, stream, tag] = header.exec(line.toString('latin1', 0, headerBytes)) ?? [];
  if (found === undefined) return { stream: 'stdout', bytes: line };
  const end = tag === 'P' ? line.length - 1 : line.length;
  return { stream: stream === 'stderr' ? 'stderr' : 'stdout', bytes: line.subarray(found.length, end) };
}

/** How much of a log is looked at in one go. */
const pieceBytes = 64 * 1024;

/**
 * Where the last `count` whole lines of a log of `size` bytes begin; 0 where there are not more. It is read from its end
 * on, a piece at a time, and no further than those lines reach.
 *
 * @param read gives the bytes from one offset up to another, or fewer where there are no more
 */
export function lastLinesStart(size: number, count: number, read: (from: number, to: number) => Buffer): number {
  let seen = 0;
  let end: number | undefined;
  for (let to = size; to > 0; to -= pieceBytes) {
    const from = Math.max(0, to - pieceBytes);
    // A line may begin at the end of this piece: its header lies in the next one.
    const piece = read(from, Math.min(size, to + headerBytes));
    for (let at = lastNewline(piece, to - from); at >= 0; at = lastNewline(piece, at)) {
      if (end !== undefined && isWhole(piece.subarray(at + 1))) seen += 1;
      if (end !== undefined && seen > count) return end + 1;
      end = from + at;
    }
  }
  return end !== undefined && seen === count && isWhole(read(0, headerBytes)) ? end + 1 : 0;
}

function lastNewline(bytes: Buffer, before: number): number {
  return before === 0 ? -1 : bytes.lastIndexOf(newline, before - 1);
}

/** Whether a line that begins here is the last part of what was written, or all of it. */
function isWhole(line: Buffer): boolean {
  const [, , tag] = header.exec(line.toString('latin1', 0, headerBytes)) ?? [];
  return tag !== 'P';
}
