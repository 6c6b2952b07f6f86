import type { ContainerName } from '../state/container-name.ts';
import type { HostFacts } from '../state/observed.ts';
import type { Holding } from './capacity-holdings.ts';
import type { Guarantee, Sums } from './capacity-measures.ts';
import { guaranteeOf, guarantees } from './capacity-measures.ts';
import { openRefusals } from './capacity-refusal.ts';
import type { Refusal, Reservations } from './types.ts';

export interface FitContext {
  readonly host: HostFacts;
  readonly reservations: Reservations;
}

/**
 * The containers whose guarantees do not fit on this host beside the others, with the reason and what would make them
 * fit. What is there already stays and comes first, then what runs and asks for more, then what is new, by
 * name; who asks for no more than it has is never refused. Nothing is judged where the host does not tell its memory.
 */
export function findMisfits(holdings: readonly Holding[], context: FitContext): ReadonlyMap<ContainerName, readonly Refusal[]> {
  const { memoryBytes } = context.host.capacity ?? {};
  if (memoryBytes === undefined) return new Map();
  const room = roomFor(memoryBytes, context.reservations);
  const raising = holdings.filter((holding) => guarantees.some((field) => raiseOf(field, holding, context) > 0)).sort(compareTurns);
  if (raising.length === 0) return new Map();
  const sums = sumsWithout(new Set(raising), holdings, context);
  const misfits = admit(raising, { ...context, sums, room });
  const refusalOf = openRefusals(holdings, { host: context.host, misfits: new Set(misfits.keys()), sums, room, memoryBytes });
  return new Map([...misfits].map(([holding, fields]) => [holding.name, fields.map((field) => refusalOf(field, holding))]));
}

/** Adds to `sums` what fits, one after another, and returns the others with what they do not fit for. */
function admit(
  raising: readonly Holding[],
  context: FitContext & { readonly sums: Sums; readonly room: number },
): ReadonlyMap<Holding, readonly Guarantee[]> {
  const { sums, room } = context;
  const misfits = new Map<Holding, readonly Guarantee[]>();
  let lowered = false;
  for (const holding of raising) {
    const tight = guarantees.filter((field) => {
      const raise = raiseOf(field, holding, context);
      return raise > 0 && sums[field] + raise > room;
    });
    if (tight.length > 0) {
      misfits.set(holding, tight);
      continue;
    }
    for (const field of guarantees) {
      const raise = raiseOf(field, holding, context);
      sums[field] += raise;
      lowered ||= raise < 0;
    }
  }
  // Who asks for more of one may give back of the other: room for those who had their turn before.
  return lowered && misfits.size > 0 ? admit([...misfits.keys()], context) : misfits;
}

/** What is left of the host's memory. */
export function roomFor(memoryBytes: number, { memoryBytes: reserved = 0 }: Reservations): number {
  return Math.max(0, memoryBytes - reserved);
}

function raiseOf(field: Guarantee, { before, after }: Holding, { host }: FitContext): number {
  return guaranteeOf(field, after, host) - guaranteeOf(field, before, host);
}

/** What runs comes before what is new; `web-2` comes before `web-10`. */
function compareTurns(a: Holding, b: Holding): number {
  const isNew = Number(a.before === undefined) - Number(b.before === undefined);
  if (isNew !== 0) return isNew;
  if (a.group !== b.group) return a.group < b.group ? -1 : 1;
  return a.name.length - b.name.length || (a.name < b.name ? -1 : 1);
}

/** Those that ask for more count with what they have. */
function sumsWithout(raising: ReadonlySet<Holding>, holdings: readonly Holding[], { host }: FitContext): Sums {
  const sums: Sums = { 'memory.min': 0, 'memory.low': 0 };
  for (const holding of holdings) {
    const held = raising.has(holding) ? holding.before : holding.after;
    for (const field of guarantees) sums[field] += guaranteeOf(field, held, host);
  }
  return sums;
}
