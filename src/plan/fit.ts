import { capacityOf } from './capacity.ts';
import { findMisfits } from './capacity-fit.ts';
import { holdingsOf } from './capacity-holdings.ts';
import type { HoldingsContext } from './capacity-holdings.ts';
import { containersNamed } from '../state/desired.ts';
import { guarantees } from './capacity-measures.ts';
import type { Capacity, Change, Refusal, Reservations } from './types.ts';

export interface FitOptions extends HoldingsContext {
  readonly reservations: Reservations;
  /** All that is on the host was observed; else there are no sums to show. */
  readonly whole: boolean;
}

/**
 * Refuses the changes whose guarantees this host has no room for, and sums up what the others come to. The rest of
 * the plan goes on without them.
 */
export function fitToHost(
  changes: readonly Change[],
  options: FitOptions,
): { readonly changes: readonly Change[]; readonly capacity?: Capacity } {
  const { observed: { host }, reservations, whole } = options;
  if (host.capacity === undefined || (!whole && !asksGuarantee(changes, options))) return { changes };
  const holdings = holdingsOf(changes, options);
  const misfits = findMisfits(holdings, { host, reservations });
  const capacity = whole ? capacityOf(holdings, { host, reservations, misfits }) : undefined;
  return {
    changes: misfits.size === 0 ? changes : changes.map((change) => refuse(change, misfits.get(change.name))),
    ...(capacity === undefined ? {} : { capacity }),
  };
}

/** A watch that looks at one container need not add up a thousand, unless that one asks for what can run out. */
function asksGuarantee(changes: readonly Change[], { desired }: HoldingsContext): boolean {
  const acting = new Set(changes.filter(({ action }) => action !== 'none').map(({ name }) => name));
  if (acting.size === 0) return false;
  return containersNamed(desired, acting).some(({ spec }) => guarantees.some((field) => (spec.resources[field] ?? 0) !== 0));
}

function refuse(change: Change, reasons: readonly Refusal[] | undefined): Change {
  if (reasons === undefined) return change;
  return { ...change, action: 'none', reason: 'refused', refusals: [...change.refusals, ...reasons] };
}
