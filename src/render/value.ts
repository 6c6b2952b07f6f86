import type { FieldChange } from '../plan/types.ts';
import { escapeText } from './escape.ts';

const binaryUnits = [
  ['Ti', 1024 ** 4],
  ['Gi', 1024 ** 3],
  ['Mi', 1024 ** 2],
  ['Ki', 1024],
] as const;

const byteFields = /^resources\.memory\./;
const durationFields = /^(stop\.timeout|restart\.backoff\.\w+)$/;
const maxLength = 60;

/** A field's value as a manifest would write it: `256Mi`, `max`, `["/bin/sh"]`; `(unset)` where it is absent. */
export function formatValue(path: string, value: unknown): string {
  return cut(wholeValue(path, value));
}

/**
 * `before -> after`, each without what they have in common at their beginning where they are long. What stays as it
 * is although it differs is `is before, manifest says after`.
 */
export function formatDifference({ path, before, after, enforced }: FieldChange): string {
  // Both sides of a secret look the same.
  if (before !== undefined && before === after) return `${formatValue(path, after)}, changed`;
  const [old, wanted] = unlikeParts(wholeValue(path, before), wholeValue(path, after));
  return enforced ? `${old} -> ${wanted}` : `is ${old}, manifest says ${wanted}`;
}

function unlikeParts(old: string, wanted: string): readonly [string, string] {
  if (Math.max(old.length, wanted.length) <= maxLength) return [old, wanted];
  const from = Math.max(0, commonLength(old, wanted) - keptBefore);
  const tail = (text: string): string => cut(from === 0 ? text : `…${text.slice(from)}`);
  return [tail(old), tail(wanted)];
}

/** Characters shown of what two long values have in common. */
const keptBefore = 12;

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a[length] === b[length]) length += 1;
  return length;
}

function cut(text: string): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

function wholeValue(path: string, value: unknown): string {
  if (value === undefined) return '(unset)';
  if (typeof value === 'number') return formatNumber(path, value);
  if (typeof value === 'string') return escapeText(path === 'rootfs.id' ? shortId(value) : value);
  if (path.endsWith('.io.max')) return escapeText(formatIoLimits(value));
  return escapeText(path.startsWith('mounts.') ? formatMount(value) : JSON.stringify(value));
}

function formatNumber(path: string, value: number): string {
  if (byteFields.test(path)) return formatBytes(value);
  return durationFields.test(path) ? formatExactDuration(value) : String(value);
}

/** Enough of a hash to tell two apart. */
function shortId(id: string): string {
  return /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id;
}

function formatMount(value: unknown): string {
  const { type, source, readonly, sizeBytes } = value as Readonly<Record<string, unknown>>;
  const size = typeof sizeBytes === 'number' ? ` ${formatBytes(sizeBytes)}` : '';
  return `${type === 'bind' ? String(source) : `${String(type)}${size}`}${readonly === true ? ' readonly' : ''}`;
}

/** Bytes without rounding: in the largest binary unit that divides them, else as plain bytes. */
export function formatBytes(bytes: number): string {
  for (const [unit, size] of binaryUnits) {
    if (bytes !== 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}

/** Bytes rounded for reading, at most four digits: `12.3Mi`. */
export function formatUsage(bytes: number): string {
  for (const [unit, size] of binaryUnits) {
    if (bytes >= size) return `${roundedTo3(bytes / size)}${unit}`;
  }
  return `${bytes}`;
}

function roundedTo3(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, '');
}

/** Milliseconds for reading: `420ms`, `12s`, `3m`, `5h`, `2d`. */
export function formatDuration(milliseconds: number): string {
  const units = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000]] as const;
  for (const [unit, size] of units) {
    if (milliseconds >= size) return `${Math.floor(milliseconds / size)}${unit}`;
  }
  return `${Math.round(milliseconds)}ms`;
}

/** Without rounding: in the largest unit that divides it. */
function formatExactDuration(milliseconds: number): string {
  for (const [unit, size] of [['h', 3_600_000], ['m', 60_000], ['s', 1000]] as const) {
    if (milliseconds !== 0 && milliseconds % size === 0) return `${milliseconds / size}${unit}`;
  }
  return `${milliseconds}ms`;
}

function formatIoLimits(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return (value as readonly Record<string, unknown>[])
    .map(({ device, ...limits }) => [String(device), ...Object.entries(limits).map(formatIoLimit)].join(' '))
    .join(', ');
}

function formatIoLimit([key, limit]: [string, unknown]): string {
  return `${key}=${typeof limit === 'number' && key.endsWith('bps') ? formatBytes(limit) : String(limit)}`;
}
