const [opening, closing] = ['<!-- benchmark: npm run bench -- --update-readme makes this -->\n', '<!-- end of benchmark -->'];

/** The text with `table` between its two marks. Throws where the text has no place for it. */
export function putTable(text: string, table: string): string {
  const [before, rest] = text.split(opening);
  const after = rest?.split(closing)[1];
  if (before === undefined || after === undefined) throw new Error('README.md has no place for the table of the benchmark');
  return `${before}${opening}${table}${closing}${after}`;
}
