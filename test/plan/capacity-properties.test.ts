import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMisfits } from '../../src/plan/capacity-fit.ts';
import type { Holding } from '../../src/plan/capacity-holdings.ts';
import type { Held } from '../../src/plan/capacity-measures.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { CapacityRow, Plan } from '../../src/plan/types.ts';
import type { Resources } from '../../src/state/resources.ts';
import { codecs } from '../support/codecs.ts';
import { name, plainHost } from '../support/containers.ts';
import { applyToModel } from '../support/model-host.ts';
import { worlds } from '../support/model-worlds.ts';

const codec = codecs.unified;
const memoryBytes = 1_000;
const host = { ...plainHost, capacity: { memoryBytes } };

const guarantees = ['memory.min', 'memory.low'] as const;

const held: fc.Arbitrary<Held | undefined> = fc.option(
  fc.record({ 'memory.min': fc.nat(600), 'memory.low': fc.nat(600) }).map((resources) => ({ resources, mounts: [], writable: false })),
  { nil: undefined },
);

const holdings: fc.Arbitrary<Holding[]> = fc
  .array(fc.record({ group: fc.constantFrom('a', 'b'), before: held, after: held }), { maxLength: 8 })
  .map((all) => all.map((holding, index) => ({ ...holding, name: name(`${holding.group}-${index}`) })));

const reservations = fc.record({ memoryBytes: fc.nat(1_200) }, { requiredKeys: [], noNullPrototype: true });

type Guarantee = (typeof guarantees)[number];
const amountOf = (field: Guarantee, one: Held | undefined): number => Number(one?.resources[field] ?? 0);

describe('who is refused for lack of room', () => {
  it('leaves sums that fit, or are no more than they were', () => {
    fc.assert(
      fc.property(holdings, reservations, (all, reserved) => {
        const misfits = findMisfits(all, { host, reservations: reserved });

        const room = Math.max(0, memoryBytes - (reserved.memoryBytes ?? 0));
        for (const field of guarantees) {
          const before = sumOf(all, (one) => amountOf(field, one.before));
          const after = sumOf(all, (one) => amountOf(field, misfits.has(one.name) ? one.before : one.after));
          expect(after).toBeLessThanOrEqual(Math.max(room, before));
        }
      }),
    );
  });

  it('would not fit beside those that are not', () => {
    fc.assert(
      fc.property(holdings, (all) => {
        const misfits = findMisfits(all, { host, reservations: {} });

        for (const one of all.filter((each) => misfits.has(each.name))) {
          const overs = guarantees.filter((field) => {
            const raise = amountOf(field, one.after) - amountOf(field, one.before);
            const rest = sumOf(all, (other) => amountOf(field, misfits.has(other.name) ? other.before : other.after));
            return raise > 0 && rest + raise > memoryBytes;
          });
          expect(overs).not.toEqual([]);
        }
      }),
    );
  });

  it('asked for more than it has', () => {
    fc.assert(
      fc.property(holdings, reservations, (all, reserved) => {
        const misfits = findMisfits(all, { host, reservations: reserved });

        const modest = all.filter((one) => guarantees.every((field) => amountOf(field, one.after) <= amountOf(field, one.before)));
        expect(modest.filter((one) => misfits.has(one.name))).toEqual([]);
      }),
    );
  });

  it('does not depend on the order in which they are looked at', () => {
    const shuffled = holdings.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(shuffled, ([all, other]) => {
        const [one, two] = [all, other].map((each) => [...findMisfits(each, { host, reservations: {} })].sort());

        expect(two).toEqual(one);
      }),
    );
  });
});

const bytes = fc.integer({ min: 1 << 20, max: 2 ** 40 });
const resources: fc.Arbitrary<Resources> = fc.record(
  { 'memory.min': bytes, 'memory.low': bytes, 'memory.max': fc.oneof(bytes, fc.constant('max' as const)), 'pids.max': fc.integer({ min: 1, max: 5_000 }) },
  { requiredKeys: [], noNullPrototype: true },
);

describe('the sums of a plan', () => {
  it('are after it what the next plan finds before', () => {
    fc.assert(
      fc.property(worlds({ codec, host: plainHost, resources }), ({ desired, observed, options }) => {
        const plan = makePlan(desired, observed, codec, options);

        const next = makePlan(desired, applyToModel(plan, { desired, observed, codec }), codec, options);

        const after = sumsOf(plan, (row) => [row.after, row.unlimitedAfter]);
        expect(sumsOf(next, (row) => [row.before, row.unlimitedBefore])).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  it('say by how much a guarantee is too much exactly where something is refused for it, or was too much already', () => {
    fc.assert(
      fc.property(worlds({ codec, host: plainHost, resources }), ({ desired, observed, options }) => {
        const plan = makePlan(desired, observed, codec, options);

        for (const row of plan.capacity?.rows.filter(({ kind }) => kind === 'guarantee') ?? []) {
          const refused = plan.changes.some(({ refusals }) => refusals.some(({ message }) => message.includes('does not fit')));
          const wasOver = row.before > row.host - row.reserved;
          if (row.over !== undefined) expect(refused || wasOver).toBe(true);
          if (row.asked !== undefined && row.asked > row.after && row.over === undefined) expect(refused).toBe(true);
        }
      }),
    );
  });
});

function sumOf(all: readonly Holding[], amount: (holding: Holding) => number): number {
  return all.map(amount).reduce((sum, each) => sum + each, 0);
}

/** Rows with nothing but zeros are as good as none. */
function sumsOf(plan: Plan, pick: (row: CapacityRow) => [number, number]): Record<string, [number, number]> {
  const rows = plan.capacity?.rows ?? [];
  return Object.fromEntries(rows.map((row) => [row.resource, pick(row)] as const).filter(([, [sum, unlimited]]) => sum + unlimited > 0));
}
