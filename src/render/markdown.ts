import { escapeText } from './escape.ts';

/** Longer texts are cut: a table is for looking over. */
const maxLength = { code: 120, text: 800 } as const;

/**
 * Text as code, for a line or a cell of a table. What Markdown would read as an end of the code, of the cell or as
 * an escape is written as HTML, in which code hosts look for neither names nor links either.
 */
export function markdownCode(text: string): string {
  const safe = shorten(escapeText(text), maxLength.code);
  if (/^[^\s`|\\](?:[^`|\\]*[^\s`|\\])?$/.test(safe)) return `\`${safe}\``;
  return `<code>${safe.replaceAll(/[^\w ./:=>,;()-]/gu, characterReference)}</code>`;
}

/** Text as text: nothing in it is markup, a link, or the name of somebody who would be told. */
export function markdownText(text: string): string {
  return shorten(escapeText(text), maxLength.text)
    .replaceAll(/[&<>`*_~[\]|\\$@#]|:(?=\/\/)/g, (character) => `${characterReference(character)}${linking.has(character) ? '<!-- -->' : ''}`);
}

/** Behind these a code host finds names and links even where they are written as references. */
const linking: ReadonlySet<string> = new Set(['@', '#', ':']);

/** A block of lines as it is; the fence is longer than any run of backquotes inside, so that none can end it. */
export function markdownFence(lines: readonly string[]): string[] {
  const runs = lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return [`${fence}text`, ...lines, fence];
}

function shorten(text: string, length: number): string {
  const characters = [...text];
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

function characterReference(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}
