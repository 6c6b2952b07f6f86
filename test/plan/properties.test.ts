import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeResources } from '../../src/plan/normalize.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { wantsRestart } from '../../src/plan/restart-backoff.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { Resources } from '../../src/state/resources.ts';
import { codecs } from '../support/codecs.ts';
import { plainHost } from '../support/containers.ts';
import { applyToModel } from '../support/model-host.ts';
import type { World } from '../support/model-worlds.ts';
import { worlds } from '../support/model-worlds.ts';
import { within } from '../support/pace.ts';

/** `TRIALS=10` tries ten times as many worlds. */
const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

fc.configureGlobal({ numRuns: 100 * trials });

const bytes = fc.integer({ min: 1 << 20, max: 2 ** 40 });
const limit = fc.oneof(bytes, fc.constant('max' as const));
const optional = { requiredKeys: [] as [], noNullPrototype: true };

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
  .tuple(commonResources, fc.record({ 'memory.min': limit, 'memory.low': limit, 'memory.high': limit, 'memory.swap.max': limit, 'memory.oom.group': fc.boolean() }, optional))
  .map(([common, more]) => ({ ...common, ...more }));

const modes = [
  { mode: 'unified', codec: codecs.unified, resources: unifiedResources, host: plainHost },
  { mode: 'hybrid', codec: codecs.hybrid, resources: commonResources, host: { ...plainHost, cgroupMode: 'hybrid' } },
] as const;

/** Nothing is held back, and everything that is asked can be had. */
const freely = { allowPrune: true, allowHazards: true } as const;

describe.each(modes)('in cgroup mode $mode', { timeout: within(20_000 * trials) }, (kind) => {
  const { codec, host, resources } = kind;
  const anyWorld = worlds(kind);

  const planOf = ({ desired, observed, options }: World): Plan => makePlan(desired, observed, codec, options);

  it('the worlds below lead to every action, every reason and every hazard', () => {
    const plans = fc.sample(anyWorld, { numRuns: 4_000, seed: 2 }).map(planOf);
    const changes = plans.flatMap((plan) => plan.changes);

    expect(new Set(changes.map(({ action }) => action))).toEqual(new Set(['create', 'update', 'restart', 'replace', 'delete', 'none']));
    expect([...new Set(changes.map(({ reason }) => reason))].sort()).toEqual([
      ...['create-interrupted', 'drift', 'exited', 'killed-for-memory', 'manifest-changed', 'monitor-lost', 'not-in-manifests'],
      ...['not-on-host', 'refused', 'removal-interrupted', 'rootfs-changed', 'unchanged', 'waiting'],
    ]);
    const hazards = changes.flatMap((change) => change.hazards.map(({ code }) => code));
    expect([...new Set(hazards)].sort()).toEqual([
      ...['host-namespace', 'memory-below-usage', 'own-folder-writable', 'pids-below-usage', 'prune-of-many'],
      ...['sensitive-host-path', 'writable-host-path', 'writable-layer-lost'],
    ]);
    expect(changes.some(({ fields }) => fields.some((field) => !field.enforced))).toBe(true);
    expect(plans.some(({ steps }) => steps.some(({ kind: step }) => step === 'remove-jail'))).toBe(true);
  });

  it('what was applied gives an empty plan', () => {
    fc.assert(
      fc.property(anyWorld, ({ desired, observed }) => {
        const rootfs = Object.fromEntries(Object.keys(observed.rootfs).map((key) => [key, { id: 'id-1', problems: [] }]));
        const empty = { ...observed, host, containers: [], rootfs, jails: [] };
        const applied = applyToModel(makePlan(desired, empty, codec), { desired, observed: empty, codec });

        const plan = makePlan(desired, applied, codec);

        const unchanged = plan.changes.filter(({ reason }) => reason !== 'refused');
        expect(unchanged.flatMap((change) => change.fields)).toEqual([]);
        expect(plan.steps).toEqual([]);
      }),
    );
  });

  it('a plan that was applied leaves nothing to do, whatever was allowed', () => {
    fc.assert(
      fc.property(anyWorld, ({ desired, observed, options }) => {
        const model = applyToModel(makePlan(desired, observed, codec, options), { desired, observed, codec });

        expect(makePlan(desired, model, codec, options).steps).toEqual([]);
      }),
      { numRuns: 500 * trials },
    );
  });

  it('a plan that was applied leads to the desired state', () => {
    fc.assert(
      fc.property(anyWorld, ({ desired, observed }) => {
        const whole = { ...desired, complete: true };
        const plan = makePlan(whole, observed, codec, freely);
        const refused = new Set(plan.changes.filter(({ reason }) => ['refused', 'waiting'].includes(reason)).map(({ name }) => name));

        const model = applyToModel(plan, { desired: whole, observed, codec });

        const reached = new Map(model.containers.map((container) => [container.name, container]));
        for (const { name, spec } of whole.containers.filter((container) => !refused.has(container.name))) {
          const container = reached.get(name);
          if (container === undefined) throw new Error(`${name} is not there`);
          const asked = normalizeResources(spec.resources, observed.host, codec).resources;
          const held = codec.fromFiles(container.cgroup?.files ?? {});
          // Two ways to say the same need no new record.
          const recorded = normalizeResources(container.bundle?.spec.resources ?? {}, observed.host, codec).resources;
          expect({ ...container.bundle?.spec, resources: recorded }).toEqual({ ...spec, resources: asked });
          expect(container.status).toBe(container.exit !== undefined && !wantsRestart(spec.restart, container.exit) ? 'stopped' : 'running');
          const healed = spec.drift.default === 'enforce' && Object.keys(spec.drift.paths).length === 0;
          if (healed) expect(held).toEqual(asked);
        }
        const names = new Set(whole.containers.map(({ name }) => name));
        expect(model.containers.filter(({ name }) => !names.has(name))).toEqual([]);
      }),
      { numRuns: 500 * trials },
    );
  });

  it('the same states give the same plan, and the plan survives JSON', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const plan = planOf(world);

        expect(planOf(structuredClone(world))).toEqual(plan);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
      }),
    );
  });

  it('each container has one change, steps exactly where the change acts, and a place in the summary', () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { changes, steps, summary } = planOf(world);

        const names = [...world.desired.containers, ...world.observed.containers].map(({ name }) => name);
        expect(changes.map(({ name }) => name)).toEqual([...new Set(names)].sort());
        const acting = changes.filter(({ action }) => action !== 'none').map(({ name }) => name);
        expect(new Set(steps.flatMap((step) => (step.kind === 'remove-jail' ? [] : [step.container])))).toEqual(new Set(acting));
        expect(Object.values(summary).reduce((sum: number, count: number) => sum + count, 0)).toBe(changes.length);
      }),
    );
  });

  it('nothing is deleted for manifests that cannot be read, nor for an empty source', () => {
    fc.assert(
      fc.property(anyWorld, fc.boolean(), ({ desired, observed, options }, empty) => {
        const doubtful = empty ? { ...desired, containers: [] } : { ...desired, complete: false };

        const { changes } = makePlan(doubtful, observed, codec, empty ? { ...options, allowPrune: false } : options);

        expect(changes.filter(({ action }) => action === 'delete')).toEqual([]);
      }),
    );
  });

  it('nothing that runs is stopped for a manifest that is still being written, and nobody waits for that of another', () => {
    fc.assert(
      fc.property(anyWorld, fc.infiniteStream(fc.boolean()), ({ desired, observed, options }, settled) => {
        const names = [...desired.containers, ...observed.containers].map(({ name }) => name).sort();
        const isSettled = new Map(names.map((name) => [name, settled.next().value === true]));

        const { changes } = makePlan(desired, observed, codec, { ...options, isSettled: (name) => isSettled.get(name) === true });

        const asked = changes.filter(({ name, reason }) => isSettled.get(name) === false && (reason === 'manifest-changed' || reason === 'not-in-manifests'));
        expect(asked.filter(({ action }) => action !== 'update')).toEqual([]);
        expect(changes.filter(({ name, reason, notBeforeMs }) => isSettled.get(name) === true && reason === 'waiting' && notBeforeMs === undefined)).toEqual([]);
      }),
    );
  });

  it('memory never goes below what is in use unless that is allowed', () => {
    fc.assert(
      fc.property(anyWorld, ({ desired, observed, options }) => {
        const { steps } = makePlan(desired, observed, codec, { ...options, allowHazards: false });

        const usage = new Map(observed.containers.filter((one) => one.process !== undefined).map((one) => [one.name, one.cgroup?.usage?.memoryBytes]));
        const resized = steps.flatMap((step) => (step.kind === 'write-limits' && step.phase === 'decrease' ? [step] : []));
        for (const { container, writes } of resized) {
          const lowered = writes.find(({ field, file }) => field === 'memory.max' && file === codec.fileOf('memory.max'));
          if (lowered !== undefined) expect(Number(lowered.value)).toBeGreaterThanOrEqual(usage.get(container) ?? 0);
        }
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
