import { stripVTControlCharacters } from 'node:util';

/** Rows as lines with aligned columns, two blanks between them, none at the end. */
export function alignColumns(rows: readonly (readonly string[])[], indent = 0): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, shownWidth(cell))));
  }
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - shownWidth(cell)));
    return ' '.repeat(indent) + cells.join('  ').trimEnd();
  });
}

/** Folds words into lines of at most `width` columns; a longer word stands alone. */
export function foldWords(words: readonly string[], { width, indent = 0 }: { width: number; indent?: number }): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && indent + shownWidth(line) + 1 + shownWidth(word) > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  return lines.map((text) => ' '.repeat(indent) + text);
}

/** Folds words behind `first`, which is never broken, into lines of at most `width` columns; all but the first line are indented. */
export function foldBehind(first: string, words: readonly string[], { width, indent }: { width: number; indent: number }): string[] {
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    if (shownWidth(line) + 1 + shownWidth(word) <= width) {
      line = `${line} ${word}`;
      continue;
    }
    lines.push(line);
    line = ' '.repeat(indent) + word;
  }
  return [...lines, line];
}

/** `text` and a remark on one line where both fit, else the remark on a line of its own. */
export function besideOrBelow(text: string, remark: string, { width, indent }: { width: number; indent: number }): string[] {
  if (shownWidth(remark) === 0) return [text];
  const fits = shownWidth(text) + 2 + shownWidth(remark) <= width;
  return fits ? [`${text}  ${remark}`] : [text, ' '.repeat(indent) + remark];
}

/** "1 container", "2 containers". */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** Columns that a text takes, without its colours. */
export function shownWidth(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}
