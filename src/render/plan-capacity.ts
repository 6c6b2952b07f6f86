import { roundBytes } from '../plan/round-bytes.ts';
import type { CapacityRow, Plan } from '../plan/types.ts';

/** A sum that changes, or does not fit, as a sentence, and whether it is an error. Not escaped. */
export interface CapacityLine {
  readonly text: string;
  readonly tooMuch: boolean;
}

/** What the containers may take of the host after the plan; a sum that stays as it was and fits is left out. */
export function capacityLines({ capacity }: Pick<Plan, 'capacity'>): readonly CapacityLine[] {
  return (capacity?.rows ?? []).filter(isTelling).map((row) => ({ text: textOf(row), tooMuch: isTooMuch(row) }));
}

/** That a container more writes to a disk without a limit, as all do, is nothing to read each time. */
function isTelling({ resource, before, after, asked, over, unlimitedBefore, unlimitedAfter }: CapacityRow): boolean {
  const numbers = before !== after || asked !== undefined || over !== undefined;
  return numbers || (resource !== 'disk' && unlimitedBefore !== unlimitedAfter);
}

function isTooMuch({ kind, over }: CapacityRow): boolean {
  return kind === 'guarantee' && over !== undefined;
}

function textOf(row: CapacityRow): string {
  const { resource, before, after, asked, host, reserved, free, over, hints = [] } = row;
  const amount = (value: number): string => formatAmount(row.unit, value);
  const remarks = [
    before === after ? '' : `${amount(before)} before`,
    asked === undefined ? '' : `${amount(asked)} asked for`,
    unlimitedText(row),
    reserved === 0 ? '' : `${amount(reserved)} kept for the host`,
    free === undefined ? '' : `${amount(free)} free now`,
    over === undefined ? '' : isTooMuch(row) ? `${amount(over)} too much` : `over-committed by ${amount(over)}`,
  ].filter((text) => text !== '');
  const sum = `${resource}: ${amount(after)} of ${amount(host)} after this change`;
  return [`${sum}${remarks.length === 0 ? '' : ` (${remarks.join('; ')})`}`, ...hints].join('; ');
}

function unlimitedText({ unlimitedBefore, unlimitedAfter }: CapacityRow): string {
  if (unlimitedBefore === unlimitedAfter) return unlimitedAfter === 0 ? '' : `${unlimitedAfter} without limit`;
  return `${unlimitedAfter} without limit, ${unlimitedBefore} before`;
}

function formatAmount(unit: CapacityRow['unit'], value: number): string {
  if (unit === 'cpus') return `${Number(value.toFixed(2))} CPUs`;
  return unit === 'bytes' ? roundBytes(value) : String(value);
}
