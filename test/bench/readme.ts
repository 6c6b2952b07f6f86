import { putTable as putBetween } from '../support/readme-table.ts';

const place = { opening: '<!-- benchmark: npm run bench -- --update-readme makes this -->\n', closing: '<!-- end of benchmark -->' };

/** The text with `table` between its two marks. Throws where the text has no place for it. */
export function putTable(text: string, table: string): string {
  const renewed = putBetween(text, place, table);
  if (renewed === undefined) throw new Error('README.md has no place for the table of the benchmark');
  return renewed;
}
