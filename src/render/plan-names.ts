interface NumberedName {
  readonly name: string;
  readonly prefix: string;
  /** -1 where the name has no number at its end. */
  readonly number: number;
}

/** Orders names as people count: web-2 before web-10. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [numbered(a), numbered(b)];
  if (left.prefix !== right.prefix) return left.prefix < right.prefix ? -1 : 1;
  return left.number - right.number;
}

/** Names, sorted by `compareNames`, as few words: three or more in a row are `web-0 … web-9`. */
export function rangesOf(names: readonly string[]): readonly string[] {
  const rows: NumberedName[][] = [];
  for (const next of names.map(numbered)) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    const follows = last?.prefix === next.prefix && last.number >= 0 && next.number === last.number + 1;
    if (row !== undefined && follows) row.push(next);
    else rows.push([next]);
  }
  return rows.flatMap((row) => {
    const [first, last] = [row[0]?.name ?? '', row.at(-1)?.name ?? ''];
    return row.length > 2 ? [`${first} … ${last}`] : row.map(({ name }) => name);
  });
}

/** A number with a zero before it is a part of the name. */
function numbered(name: string): NumberedName {
  const [, prefix, digits] = /^(.*)-(0|[1-9]\d{0,14})$/.exec(name) ?? [];
  return prefix === undefined ? { name, prefix: name, number: -1 } : { name, prefix, number: Number(digits) };
}
