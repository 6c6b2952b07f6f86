import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeResources } from '../../src/plan/normalize.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { ContainerSpec, DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import type { Resources } from '../../src/state/resources.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainHost, plainSpec } from '../support/containers.ts';
import { applyToModel } from '../support/model-host.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';

const bytes = fc.integer({ min: 1 << 20, max: 2 ** 40 });
const limit = fc.oneof(bytes, fc.constant('max' as const));
const optional = { requiredKeys: [] as [] };

const commonResources: fc.Arbitrary<Resources> = fc.record(
  {
    'cpu.max': fc.oneof(fc.integer({ min: 1, max: 800 }).map((cents) => cents / 100), fc.constant('max' as const)),
    'cpu.weight': fc.integer({ min: 1, max: 10_000 }),
    'cpuset.cpus': fc.constantFrom('0', '0-1', '1,3', '0-3'),
    'memory.max': limit,
    'pids.max': fc.oneof(fc.integer({ min: 1, max: 4_194_304 }), fc.constant('max' as const)),
    'io.max': fc.constant([{ device: '/dev/vda', wbps: 1 << 20 }]),
  },
  optional,
);

const unifiedResources: fc.Arbitrary<Resources> = fc
  .tuple(commonResources, fc.record({ 'memory.low': limit, 'memory.high': limit, 'memory.swap.max': limit }, optional))
  .map(([common, more]) => ({ ...common, ...more }));

const modes = [
  { mode: 'unified', codec: codecs.unified, resources: unifiedResources, host: plainHost },
  { mode: 'hybrid', codec: codecs.hybrid, resources: commonResources, host: { ...plainHost, cgroupMode: 'hybrid' } },
] as const;

const dice = fc.integer({ min: 0, max: 6 });

function specOf(resources: Resources, roll: number): Partial<ContainerSpec> {
  return {
    resources,
    hostname: roll === 1 ? 'one' : 'web',
    mounts: roll === 2 ? [] : plainSpec.mounts,
    rootfs: { path: roll === 3 ? '/srv/three' : '/srv/shop', readonly: roll === 4 },
  };
}

const names = ['a', 'b', 'c', 'd', 'e'] as const;

/** Up to five containers, each with its resources and a number that varies the rest. */
function fleet(resources: fc.Arbitrary<Resources>): fc.Arbitrary<DesiredContainer[]> {
  return fc
    .array(fc.record({ name: fc.constantFrom(...names), resources, roll: dice }), { maxLength: 5 })
    .map((items) => [...new Map(items.map((item) => [item.name, item])).values()])
    .map((items) => items.map((item) => desiredContainer(item.name, specOf(item.resources, item.roll))));
}

describe.each(modes)('in cgroup mode $mode', ({ codec, resources, host }) => {
  const pair = fc.record({ before: fleet(resources), after: fleet(resources), broken: fc.array(dice, { minLength: 5, maxLength: 5 }) });

  const onHost = (containers: readonly DesiredContainer[], broken: readonly number[]): ObservedContainer[] =>
    containers.map((container, index) => breakOne(container, broken[index] ?? 0));

  const breakOne = (container: DesiredContainer, roll: number): ObservedContainer => {
    const running = runningAs({ ...container, spec: resolved(container.spec) }, codec);
    const asked = { ...running, bundle: { ...(running.bundle as NonNullable<typeof running.bundle>), spec: container.spec } };
    if (roll === 1) return { ...exitedAs(container, codec), layer: running.layer };
    if (roll === 2) return { name: asked.name, status: 'creating', bundle: asked.bundle, layer: asked.layer };
    if (roll === 3) return { ...asked, cgroup: { ...(asked.cgroup as NonNullable<typeof asked.cgroup>), files: codec.toFiles({}) } };
    return asked;
  };

  const resolved = (spec: ContainerSpec): ContainerSpec => ({
    ...spec,
    resources: codec.fromFiles(normalizeResources(spec.resources, host, codec).files),
  });

  it('what runs as asked gives an empty plan', () => {
    fc.assert(
      fc.property(fleet(resources), (desired) => {
        const plan = makePlan(desiredState(desired), observedState(onHost(desired, []), desired, host), codec);

        expect(plan.changes.flatMap((change) => change.fields)).toEqual([]);
        expect(plan.steps).toEqual([]);
      }),
    );
  });

  it('a plan that was applied leaves nothing to do', () => {
    fc.assert(
      fc.property(pair, ({ before, after, broken }) => {
        const desired = desiredState(after);
        const observed = observedState(onHost(before, broken), after, host);
        const options = { allowPrune: true, allowHazards: true };

        const model = applyToModel(makePlan(desired, observed, codec, options), { desired, observed, codec });

        const again = makePlan(desired, model, codec, options);
        expect(again.steps).toEqual([]);
        expect(model.containers.map((container) => container.name)).toEqual(after.map(({ name }) => name).sort());
      }),
    );
  });

  it('the same states give the same plan, and the plan survives JSON', () => {
    fc.assert(
      fc.property(pair, ({ before, after, broken }) => {
        const observed = observedState(onHost(before, broken), after, host);

        const plan = makePlan(desiredState(after), observed, codec);

        expect(makePlan(structuredClone(desiredState(after)), structuredClone(observed), codec)).toEqual(plan);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
    );
  });

  it('a limit is never lifted on the way to a lower one', () => {
    fc.assert(
      fc.property(resources, resources, (from, to) => {
        const before = normalizeResources(from, host, codec).files;
        const after = normalizeResources(to, host, codec).files;

        for (const write of codec.writes(before, after)) expect([after[write.file]?.split('\n'), write.value]).toSatisfy(holds);
      }),
    );
  });

  it('normalising twice changes nothing', () => {
    fc.assert(
      fc.property(resources, (asked) => {
        const once = normalizeResources(asked, host, codec);

        expect(normalizeResources(once.resources, host, codec)).toEqual(once);
      }),
    );
  });
});

/** A write puts the final content, one line of it, or takes a device's line away. */
function holds(pair: unknown): boolean {
  const [lines, value] = pair as [string[] | undefined, string];
  return lines?.includes(value) === true || / (?:0|rbps=max wbps=max riops=max wiops=max)$/.test(value);
}
