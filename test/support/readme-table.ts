/** Where the README has a table that a run makes. */
export interface TablePlace {
  /** The line before the table, its end included. */
  readonly opening: string;
  readonly closing: string;
}

/** The text with `table` between its two marks; undefined where the text has no place for it. */
export function putTable(text: string, { opening, closing }: TablePlace, table: string): string | undefined {
  const [before, rest] = text.split(opening);
  const after = rest?.split(closing)[1];
  if (before === undefined || after === undefined) return undefined;
  return `${before}${opening}${table}${closing}${after}`;
}
