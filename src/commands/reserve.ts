import type { Reading } from '../manifest/fault.ts';
import { fault } from '../manifest/fault.ts';
import { parseBytes } from '../manifest/quantity.ts';
import type { Reservations } from '../plan/types.ts';
import { usageError } from './parse.ts';

interface Amount {
  readonly key: keyof Reservations;
  read(text: string): Reading<number | 'max'>;
}

const amounts: Readonly<Record<string, Amount>> = {
  memory: { key: 'memoryBytes', read: (text) => parseBytes(text, { max: false }) },
  cpu: { key: 'cpus', read: (text) => readNumber(text, /^\d{1,4}(\.\d{1,5})?$/, 'a number of CPUs such as 0.5') },
  pids: { key: 'tasks', read: (text) => readNumber(text, /^\d{1,7}$/, 'a whole number such as 500') },
};

/** Reads `memory=1Gi,cpu=0.5,pids=500`: what is kept for the host itself. Throws ERR_USAGE. */
export function parseReservations(text: string): Reservations {
  const reservations: { -readonly [Key in keyof Reservations]: number } = {};
  for (const part of text.split(',')) {
    const [name = '', value = ''] = part.trim().split(/=(.*)/s);
    const amount = Object.hasOwn(amounts, name) ? amounts[name] : undefined;
    if (amount === undefined) throw usageError(`--reserve: nothing to reserve (got ${part.trim()})`, `write such as ${example}`);
    if (reservations[amount.key] !== undefined) throw usageError(`--reserve: ${name} is there twice`, `write it once: ${example}`);
    const reading = amount.read(value);
    if (!('value' in reading)) throw usageError(`--reserve: ${name} ${reading.fault.message} (got ${value})`, reading.fault.hint);
    reservations[amount.key] = Number(reading.value);
  }
  return reservations;
}

const example = 'memory=1Gi,cpu=0.5,pids=500';

function readNumber(text: string, shape: RegExp, what: string): Reading<number> {
  return shape.test(text) ? { value: Number(text) } : fault('is not a number', `write ${what}`);
}
