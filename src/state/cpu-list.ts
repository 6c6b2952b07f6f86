/**
 * Reads the kernel's list format, such as "0-3,8" ("" is the empty list), into ascending numbers without duplicates.
 * Gives undefined for anything else, and for numbers over 65535.
 * Source: "List format" in Linux, Documentation/admin-guide/cgroup-v1/cpusets.rst.
 */
export function parseCpuList(text: string): readonly number[] | undefined {
  const numbers = new Set<number>();
  for (const part of text === '' ? [] : text.split(',')) {
    const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part.trim());
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first > last || last > 65_535) return undefined;
    for (let number = first; number <= last; number += 1) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}

/** Writes ascending numbers as the kernel shows them: [0,1,2,4] is "0-2,4". */
export function formatCpuList(numbers: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const range = ranges.at(-1);
    if (range?.last === number - 1) range.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
