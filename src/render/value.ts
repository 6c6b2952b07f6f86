import { escapeText } from './escape.ts';

const binaryUnits = [
  ['Ti', 1024 ** 4],
  ['Gi', 1024 ** 3],
  ['Mi', 1024 ** 2],
  ['Ki', 1024],
] as const;

const byteFields = /^resources\.memory\.|\.sizeBytes$/;
const maxLength = 60;

/** A field's value as a manifest would write it: `256Mi`, `max`, `["/bin/sh"]`; `(unset)` where it is absent. */
export function formatValue(path: string, value: unknown): string {
  if (value === undefined) return '(unset)';
  if (typeof value === 'number') return byteFields.test(path) ? formatBytes(value) : String(value);
  const text = typeof value === 'string' ? value : path.endsWith('.io.max') ? formatIoLimits(value) : JSON.stringify(value);
  const safe = escapeText(text);
  return safe.length > maxLength ? `${safe.slice(0, maxLength - 1)}…` : safe;
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

function formatIoLimits(value: unknown): string {
  if (!Array.isArray(value)) return JSON.stringify(value);
  return (value as readonly Record<string, unknown>[])
    .map(({ device, ...limits }) => [String(device), ...Object.entries(limits).map(formatIoLimit)].join(' '))
    .join(', ');
}

function formatIoLimit([key, limit]: [string, unknown]): string {
  return `${key}=${typeof limit === 'number' && key.endsWith('bps') ? formatBytes(limit) : String(limit)}`;
}
