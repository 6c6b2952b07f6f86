import type { IoLimit } from '../../state/resources.ts';
import type { Direction, Edit, FileName, LimitFile } from './limit-file.ts';

export type IoKey = Exclude<keyof IoLimit, 'device'>;

export const ioKeys: readonly IoKey[] = ['rbps', 'wbps', 'riops', 'wiops'];

/** The kernel keeps operations a second in 32 bits, and takes the largest number for no limit. */
const unlimitedIops = 0xffffffff;

/** How a file shows one device. A limit without keys formats to the line that removes every limit of the device. */
export interface DeviceLine {
  format(limit: IoLimit): string;
  /** Undefined for a line that is not about a device. */
  parse(line: string): IoLimit | undefined;
}

/** A file with one line a device, which the kernel takes one line a write. */
export function deviceFile(name: FileName, line: DeviceLine): LimitFile {
  return {
    ...name,
    edits: (before, after) => deviceEdits(parseLines(before, line), parseLines(after, line), line),
    holds: (content, value) => holdsLine(content, value, line),
  };
}

/** Content of a file for `limits`: sorted by device, devices without a limit left out. */
export function formatLines(limits: readonly IoLimit[], line: DeviceLine): string {
  return canonicalLimits(limits).map(line.format).join('\n');
}

/** Limits by device as a file shows them, sorted by device. */
export function parseLines(content: string, line: DeviceLine): IoLimit[] {
  const limits = content.split('\n').map(line.parse).filter((limit) => limit !== undefined);
  return canonicalLimits(limits);
}

/** Sorted by device, one entry each, without what means no limit. */
export function canonicalLimits(limits: readonly IoLimit[]): IoLimit[] {
  const byDevice = new Map<string, IoLimit>();
  for (const limit of limits) {
    byDevice.set(limit.device, { ...byDevice.get(limit.device), ...withoutUnlimited(limit) });
  }
  return [...byDevice.values()].filter(hasLimit).sort((one, other) => (one.device < other.device ? -1 : 1));
}

function withoutUnlimited(limit: IoLimit): IoLimit {
  const kept = ioKeys.filter((key) => limit[key] !== undefined && !isUnlimited(key, limit[key]));
  return { device: limit.device, ...Object.fromEntries(kept.map((key) => [key, limit[key]])) };
}

function isUnlimited(key: IoKey, value: number): boolean {
  return (key === 'riops' || key === 'wiops') && value >= unlimitedIops;
}

function hasLimit(limit: IoLimit): boolean {
  return ioKeys.some((key) => limit[key] !== undefined);
}

function deviceEdits(before: readonly IoLimit[], after: readonly IoLimit[], line: DeviceLine): Edit[] {
  const devices = [...new Set([...before, ...after].map((limit) => limit.device))].sort();
  return devices.flatMap((device) => deviceEdit(limitOf(before, device), limitOf(after, device), line));
}

function deviceEdit(before: IoLimit, after: IoLimit, line: DeviceLine): Edit[] {
  const [old, value] = [line.format(before), line.format(after)];
  if (old === value && hasLimit(before) === hasLimit(after)) return [];
  return [{ value, before: old, direction: ioDirection(before, after) }];
}

function ioDirection(before: IoLimit, after: IoLimit): Direction {
  const pairs = ioKeys.map((key) => [before[key] ?? Infinity, after[key] ?? Infinity] as const);
  if (pairs.every(([old, value]) => value <= old)) return 'decrease';
  return pairs.every(([old, value]) => value >= old) ? 'increase' : 'set';
}

function holdsLine(content: string, value: string, line: DeviceLine): boolean {
  const device = line.parse(value)?.device;
  if (device === undefined) return false;
  const found = parseLines(content, line).find((limit) => limit.device === device);
  const removal = line.format({ device });
  return found === undefined ? value === removal : value === line.format(found) && value !== removal;
}

function limitOf(limits: readonly IoLimit[], device: string): IoLimit {
  return limits.find((limit) => limit.device === device) ?? { device };
}
