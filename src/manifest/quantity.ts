import { fault, type Reading } from './fault.ts';

const unitBytes: Readonly<Record<string, bigint>> = {
  '': 1n,
  Ki: 2n ** 10n,
  Mi: 2n ** 20n,
  Gi: 2n ** 30n,
  Ti: 2n ** 40n,
  k: 10n ** 3n,
  M: 10n ** 6n,
  G: 10n ** 9n,
  T: 10n ** 12n,
};

const largest = BigInt(Number.MAX_SAFE_INTEGER);
const units = 'Ki Mi Gi Ti or k M G T';

export interface BytesRule {
  /** The least that makes sense. */
  readonly minBytes?: number;
  /** Whether `max`, no limit, may stand for a number. */
  readonly max?: boolean;
  /** What to write for "none at all", where 0 is not it. */
  readonly zeroHint?: string;
}

/**
 * Reads bytes, exactly: `268435456`, `256Mi`, `1.5G`, `max`. The kernel takes `1k`, `010` and 2^64 for 0,
 * which kills; so whatever is not plain is refused here.
 */
export function parseBytes(text: string, rule: BytesRule = {}): Reading<number | 'max'> {
  if (text === 'max') return rule.max === false ? fault('needs a size', 'write bytes such as 64Mi') : { value: 'max' };
  const parts = /^(\d+)(?:\.(\d+))?(Ki|Mi|Gi|Ti|k|M|G|T)?$/.exec(text);
  if (parts === null) return malformed(text);
  const [, whole = '', fraction = '', unit = ''] = parts;
  if (/^0\d/.test(whole)) return fault('has a leading zero', `write ${text.replace(/^0+(?=\d)/, '')}`);
  // A longer number is beyond every limit; and BigInt would take quadratic time for it.
  if (whole.length > 20 || fraction.length > 20) {
    return fault('has too many digits', `write fewer digits and a unit: ${units}`);
  }
  const scaled = BigInt(whole + fraction) * (unitBytes[unit] ?? 1n);
  const divisor = 10n ** BigInt(fraction.length);
  if (scaled % divisor !== 0n) return fault('is no whole number of bytes', 'write a whole number with a smaller unit');
  return bounded(scaled / divisor, rule);
}

function bounded(bytes: bigint, rule: BytesRule): Reading<number> {
  if (bytes > largest) return fault('is more than 2^53 - 1 bytes', 'write max for no limit, or a smaller size');
  const value = Number(bytes);
  if (value === 0 && rule.minBytes !== undefined && rule.minBytes > 0) {
    return fault('must not be 0', rule.zeroHint ?? 'write max for no limit, or a size such as 64Mi');
  }
  if (rule.minBytes !== undefined && value < rule.minBytes) {
    const least = formatBytes(rule.minBytes);
    return fault(`is less than ${least}`, `write ${least} or more${wrongUnitHint(value)}`);
  }
  return { value };
}

function wrongUnitHint(value: number): string {
  return value <= 65536 ? `; if ${value} are megabytes, write ${value}Mi` : '';
}

function malformed(text: string): Reading<never> {
  const milli = /^(\d+(?:\.\d+)?)m$/.exec(text);
  if (milli !== null) return fault('has an unknown unit: m is milli', `write ${milli[1]}Mi`);
  const mended = mendUnit(text);
  if (mended !== undefined) return fault('has an unknown unit', `write ${mended}; the units are ${units}`);
  if (text.startsWith('-')) return fault('must not be negative', 'write max for no limit, or a size such as 64Mi');
  if (/^0[xob]/i.test(text)) return fault('must be a decimal number', `write decimal digits and a unit: ${units}`);
  if (/^[\d.]+e[+-]?\d+$/i.test(text)) {
    return fault('must not have an exponent', `write plain digits and a unit: ${units}`);
  }
  return fault('is not a size in bytes', `write a number with a unit, such as 256Mi; the units are ${units}`);
}

/** `512 mb`, `512MIB`, `4g`, `1K` and the like, in the spelling that is understood; what reads as neither is left. */
function mendUnit(text: string): string | undefined {
  const parts = /^(\d{1,15}(?:\.\d{1,15})?)\s*([kmgt])(i?)b?$/i.exec(text);
  if (parts === null) return undefined;
  const [, number = '', letter = '', binary] = parts;
  if (binary !== '') return `${number}${letter.toUpperCase()}i`;
  return `${number}${letter.toUpperCase()}i or ${number}${letter.toLowerCase() === 'k' ? 'k' : letter.toUpperCase()}`;
}

/** Bytes as the shortest exact quantity in binary units: 268435456 is `256Mi`. `parseBytes` reads it back. */
export function formatBytes(bytes: number): string {
  for (const unit of ['Ti', 'Gi', 'Mi', 'Ki']) {
    const size = Number(unitBytes[unit]);
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
