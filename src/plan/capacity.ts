import type { ContainerName } from '../state/container-name.ts';
import type { HostFacts } from '../state/observed.ts';
import type { Holding } from './capacity-holdings.ts';
import type { Held, Measure } from './capacity-measures.ts';
import { measures } from './capacity-measures.ts';
import type { Capacity, CapacityRow, Refusal, Reservations } from './types.ts';

export interface CapacityContext {
  readonly host: HostFacts;
  readonly reservations: Reservations;
  /** From `findMisfits`: who stays as it is for lack of room, and why. */
  readonly misfits: ReadonlyMap<ContainerName, readonly Refusal[]>;
}

/** What the containers may take of the host, before and after; undefined where the host does not tell what it has. */
export function capacityOf(holdings: readonly Holding[], context: CapacityContext): Capacity | undefined {
  if (context.host.capacity === undefined) return undefined;
  return { rows: measures.flatMap((measure) => rowOf(measure, holdings, context) ?? []) };
}

interface Total {
  readonly sum: number;
  /** Containers with a number, and those without limit. */
  readonly limited: number;
  readonly unlimited: number;
}

function rowOf(measure: Measure, holdings: readonly Holding[], context: CapacityContext): CapacityRow | undefined {
  const { host, reservations, misfits } = context;
  const { resource, kind, unit } = measure;
  const has = measure.hostOf(host);
  if (has === undefined) return undefined;
  const before = totalOf(measure, holdings.map((holding) => holding.before), host);
  const asked = totalOf(measure, holdings.map((holding) => holding.after), host);
  const stays = (holding: Holding): Held | undefined => (misfits.has(holding.name) ? holding.before : holding.after);
  const after = misfits.size === 0 ? asked : totalOf(measure, holdings.map(stays), host);
  if (!isShown(measure, [before, asked])) return undefined;
  const reserved = measure.reserved === undefined ? 0 : (reservations[measure.reserved] ?? 0);
  const over = roundCpus((kind === 'guarantee' ? asked : after).sum - Math.max(0, has - reserved));
  return {
    ...{ resource, kind, unit, before: before.sum, after: after.sum },
    ...(asked.sum === after.sum ? {} : { asked: asked.sum }),
    ...{ host: has, reserved, ...freeOf(measure, host) },
    ...{ unlimitedBefore: before.unlimited, unlimitedAfter: after.unlimited },
    ...(over > 0 ? { over, ...hintsOf(measure, holdings, context) } : {}),
  };
}

function freeOf({ resource }: Measure, { capacity }: HostFacts): Pick<CapacityRow, 'free'> {
  return resource === 'disk' && capacity?.disk !== undefined ? { free: capacity.disk.freeBytes } : {};
}

function totalOf(measure: Measure, all: readonly (Held | undefined)[], host: HostFacts): Total {
  let [sum, limited, unlimited] = [0, 0, 0];
  for (const held of all) {
    const amount = held === undefined ? 0 : measure.amountOf(held, host);
    if (amount === 'max') unlimited += 1;
    else if (amount > 0) {
      limited += 1;
      sum += amount;
    }
  }
  return { sum: roundCpus(sum), limited, unlimited };
}

/** Sums of tenths are not exact; the kernel counts microseconds of a tenth of a second. */
function roundCpus(amount: number): number {
  return Number.isInteger(amount) ? amount : Math.round(amount * 100_000) / 100_000;
}

function isShown({ needsNumber = false }: Measure, totals: readonly Total[]): boolean {
  return totals.some(({ limited, unlimited }) => limited > 0 || (!needsNumber && unlimited > 0));
}

/** What was refused says itself how it would fit; else it is the manifest that has most which can give. */
function hintsOf(
  { resource, kind, amountOf }: Measure,
  holdings: readonly Holding[],
  { host, misfits }: CapacityContext,
): Pick<CapacityRow, 'hints'> {
  if (kind !== 'guarantee') return {};
  const path = `resources.${resource}`;
  const hints = [...misfits.values()].flatMap((refusals) => refusals.filter((refusal) => refusal.path === path).map(({ hint }) => hint));
  if (hints.length > 0) return { hints: [...new Set(hints)] };
  const sums = new Map<string, number>();
  for (const { group, after } of holdings) {
    const amount = after === undefined ? 0 : amountOf(after, host);
    if (amount !== 'max') sums.set(group, (sums.get(group) ?? 0) + amount);
  }
  const [most] = [...sums].sort(([, one], [, other]) => other - one);
  return most === undefined ? {} : { hints: [`lower spec.${path} of ${most[0]}, which has most of it`] };
}
