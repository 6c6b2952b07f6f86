/** A limit as a manifest says it: a number, or no limit. */
export type Limit = number | 'max';

/** 2^63: the kernel's counters are signed 64-bit numbers of bytes, in whole pages. */
const counterEnd = 2n ** 63n;

/** The number that cgroup v1 shows where memory has no limit: the largest whole number of pages. */
export function unlimitedBytes(pageBytes: number): string {
  return String(counterEnd - BigInt(pageBytes));
}

/**
 * Decimal text of a limit, rounded down to whole pages as the kernel does; `unlimited` for 'max' and
 * for anything that the kernel takes for it.
 */
export function formatBytes(limit: Limit, pageBytes: number, unlimited: string): string {
  if (limit === 'max') return unlimited;
  const bytes = BigInt(Math.floor(limit / pageBytes)) * BigInt(pageBytes);
  return bytes >= counterEnd - BigInt(pageBytes) ? unlimited : String(bytes);
}

/**
 * What a file shows, in bytes: Infinity for no limit, NaN for what is no number.
 * Compared as text and BigInt, since a number of JavaScript cannot tell 2^63 from 2^63 - 4096. Below
 * the end every multiple of a page is exact.
 */
export function parseBytes(content: string, pageBytes: number): number {
  if (content === 'max') return Infinity;
  if (!/^\d+$/.test(content)) return NaN;
  const bytes = BigInt(content);
  return bytes >= counterEnd - BigInt(pageBytes) ? Infinity : Number(bytes);
}

/** Infinity for "max", NaN for what is no number. */
export function parseCount(content: string): number {
  if (content === 'max') return Infinity;
  return /^\d+$/.test(content) ? Number(content) : NaN;
}

/** The limit for a size; undefined where it could not be understood. */
export function limitOf(size: number): Limit | undefined {
  if (Number.isNaN(size)) return undefined;
  return size === Infinity ? 'max' : size;
}

/** The number in a line "KEY N" of a flat keyed file such as cpu.stat. */
export function keyedValue(content: string, key: string): number | undefined {
  const found = new RegExp(`^${key} (\\d+)$`, 'm').exec(content)?.[1];
  return found === undefined ? undefined : Number(found);
}
