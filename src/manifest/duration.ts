import { fault, type Reading } from './fault.ts';

const unitMs = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/** 24 days: more does not fit in a timer of node, which counts milliseconds in 31 bits. */
export const longestMs = 24 * 24 * unitMs.h;

/** Reads `500ms`, `10s`, `5m`, `1h` and runs of them with falling units, such as `1m30s`, as milliseconds. */
export function parseDuration(text: string, minMs = 0): Reading<number> {
  const parts = /^(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,12})ms)?$/.exec(text);
  if (parts === null || text === '') return malformed(text);
  const [, h = '0', m = '0', s = '0', ms = '0'] = parts;
  const value = Number(h) * unitMs.h + Number(m) * unitMs.m + Number(s) * unitMs.s + Number(ms);
  if (value < minMs) return fault(`is less than ${formatDuration(minMs)}`, `write ${formatDuration(minMs)} or more`);
  if (value > longestMs) return fault('is more than 576h', 'write 576h (24 days) or less');
  return { value };
}

function malformed(text: string): Reading<never> {
  if (/^\d{1,9}$/.test(text)) return fault('has no unit', `write ${text}s for seconds; the units are ms s m h`);
  if (text.startsWith('-')) return fault('must not be negative', 'write a duration such as 10s');
  if (/^\d+:\d+(:\d+)?$/.test(text)) return fault('is a time of day, not a duration', 'write a duration such as 1m30s');
  if (/^\d+\.\d+(ms|s|m|h)$/.test(text)) return fault('has a fraction', 'write 1500ms for one and a half seconds');
  if (/^\d+d$/.test(text)) return fault('has an unknown unit', 'write hours, such as 24h; the units are ms s m h');
  return fault('is not a duration', 'write a number with a unit, such as 10s or 1m30s; the units are ms s m h');
}

/** Milliseconds as a duration that `parseDuration` reads back: 90000 is `1m30s`. */
export function formatDuration(durationMs: number): string {
  let rest = durationMs;
  let text = '';
  for (const [unit, sizeMs] of Object.entries(unitMs)) {
    const count = Math.floor(rest / sizeMs);
    rest -= count * sizeMs;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
