import type { Diagnostic } from './diagnostic.ts';

/** A larger file is refused before it is parsed. */
export const fileLimitBytes = 1024 * 1024;

/**
 * Characters that YAML parsers read differently or that an editor does not show: C0 and C1 (NEL among them),
 * line and paragraph separator, controls of writing direction, a byte order mark inside, half of a
 * surrogate pair, a carriage return without a line feed.
 */
const refusedCharacter = new RegExp(
  [
    /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/,
    /\r(?!\n)/,
    /[\ud800-\udbff](?![\udc00-\udfff])/,
    /(?<![\ud800-\udbff])[\udc00-\udfff]/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
);

interface Refusal {
  readonly offset: number;
  readonly message: string;
  readonly got?: string;
  readonly hint: string;
}

/** What refuses `text` before it reaches a parser; undefined where it may go on. A leading byte order mark is fine. */
export function checkText(file: string, text: string): Diagnostic | undefined {
  const refusal = tooLarge(text) ?? conflictMarker(text) ?? gitLfsPointer(text) ?? badCharacter(text);
  if (refusal === undefined) return undefined;
  const { offset, ...rest } = refusal;
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - before.lastIndexOf('\n'), path: '', ...rest };
}

function tooLarge(text: string): Refusal | undefined {
  if (text.length <= fileLimitBytes) return undefined;
  return {
    offset: 0,
    message: 'the file is larger than 1 MiB',
    got: `${text.length} characters`,
    hint: 'split it into several files',
  };
}

function conflictMarker(text: string): Refusal | undefined {
  const match = /^(?:<{7} |>{7} |\|{7} |<{7}\r?$|={7}\r?$|>{7}\r?$)/m.exec(text);
  if (match === null) return undefined;
  const marker = match[0].slice(0, 7);
  return {
    offset: match.index,
    message: `has the conflict marker ${marker} of an unfinished merge`,
    hint: 'finish the merge: keep one side and remove the markers',
  };
}

function gitLfsPointer(text: string): Refusal | undefined {
  if (!text.startsWith('version https://git-lfs.github.com/spec/')) return undefined;
  return {
    offset: 0,
    message: 'is a pointer of git lfs, not a manifest',
    hint: 'run git lfs pull, or keep manifests out of git lfs',
  };
}

function badCharacter(text: string): Refusal | undefined {
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const match = refusedCharacter.exec(start === 1 ? text.slice(1) : text);
  if (match === null) return undefined;
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return {
    offset: match.index + start,
    message: 'has a character that must not stand in a manifest',
    got: `U+${code}`,
    hint: 'remove it, or write it in double quotes as an escape such as \\u0007',
  };
}
