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

/** Where the last `count` whole lines begin; undefined where there are not more than `count` of them in `bytes`. */
export function lastLinesStart(bytes: Buffer, count: number): number | undefined {
  let seen = 0;
  for (let end = lastNewline(bytes, bytes.length); end >= 0; end = lastNewline(bytes, end)) {
    const start = lastNewline(bytes, end) + 1;
    // Without a newline before it, only part of the line may be in `bytes`.
    if (isWhole(bytes.subarray(start, end))) seen += 1;
    if (seen > count) return end + 1;
  }
  return undefined;
}

function lastNewline(bytes: Buffer, before: number): number {
  return before === 0 ? -1 : bytes.lastIndexOf(newline, before - 1);
}

function isWhole(line: Buffer): boolean {
  const [, , tag] = header.exec(line.toString('latin1', 0, headerBytes)) ?? [];
  return tag !== 'P';
}
