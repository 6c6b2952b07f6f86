import fc from 'fast-check';
import { normalizeResources } from '../../src/plan/normalize.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import type { ContainerSpec, DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import type { HostFacts, ObservedContainer, ObservedState, RootfsFacts } from '../../src/state/observed.ts';
import type { ResourceCodec, Resources } from '../../src/state/resources.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';
import { desiredContainer, plainSpec } from './containers.ts';
import { runningAs } from './model-states.ts';

/** Manifests, a host in whatever state, and how the plan is asked for. */
export interface World {
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly options: PlanOptions;
}

export interface Kind {
  readonly codec: ResourceCodec;
  readonly host: HostFacts;
  readonly resources: fc.Arbitrary<Resources>;
}

const nowMs = 1_000_000;

/** Three containers of their own and three replicas of one manifest. */
const names = ['a', 'b', 'c', 'web-0', 'web-1', 'web-2'] as const;

/** Worlds of up to six containers, of which some were applied before and some are asked for now. */
export function worlds(kind: Kind): fc.Arbitrary<World> {
  const one = fc.record({ name: fc.constantFrom(...names), life: lives(kind) });
  return fc
    .record({
      ones: fc.uniqueArray(one, { maxLength: 6, selector: ({ name }) => name }),
      facts: fc.constantFrom<RootfsFacts>(plainFacts, plainFacts, patched, broken),
      jails: fc.subarray(['id-1', 'id-2', 'unused']),
      options: planOptions,
      complete: mostly(true),
      capacity: fc.constantFrom<Pick<HostFacts, 'capacity'>>({}, { capacity: { memoryBytes: 2 ** 40, swapBytes: 2 ** 32, tasks: 32_768 } }),
    })
    .map(({ ones, facts, jails, options, complete, capacity }) => {
      const wanted = ones.flatMap(({ name, life }) => (life.after === undefined ? [] : [containerOf(name, life.after)]));
      const present = ones.flatMap(({ name, life }) => life.observed(name) ?? []);
      const rootfs = Object.fromEntries(wanted.map(({ spec }) => [rootfsKey(spec), facts]));
      return {
        desired: { revision: 'r1', containers: wanted.sort(byName), complete },
        observed: { host: { ...kind.host, ...capacity, missingSources: ['/gone'], ownSources: ['/srv/own'] }, containers: present.sort(byName), rootfs, jails, nowMs },
        options,
      };
    });
}

const plainFacts: RootfsFacts = { id: 'id-1', problems: [] };
const patched: RootfsFacts = { id: 'id-2', problems: [] };
const broken: RootfsFacts = { id: '', problems: [{ path: 'rootfs.path', message: 'is not there', hint: 'make it' }] };

const planOptions: fc.Arbitrary<PlanOptions> = fc.record({
  allowHazards: mostly(false),
  allowPrune: fc.boolean(),
  settled: mostly(true),
  backoff: mostly(true),
  reservations: fc.constantFrom({}, { memoryBytes: 2 ** 39 }),
  heldUntilMs: fc.constantFrom<ReadonlyMap<string, number>>(new Map(), new Map([['a', nowMs + 1], ['b', nowMs]])),
});

function mostly<Value extends boolean>(value: Value): fc.Arbitrary<boolean> {
  return fc.oneof({ weight: 4, arbitrary: fc.constant<boolean>(value) }, { weight: 1, arbitrary: fc.constant(!value) });
}

function rarely<Value>(rare: Value, usual: Value): fc.Arbitrary<Value> {
  return fc.oneof({ weight: 6, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constant(rare) });
}

interface Life {
  readonly after: ContainerSpec | undefined;
  readonly observed: (name: string) => ObservedContainer | undefined;
}

/** What was applied, what became of it, and what is asked now, which often is the same. */
function lives(kind: Kind): fc.Arbitrary<Life> {
  const possible = specs(kind.resources);
  type Edit = (before: ContainerSpec | undefined) => ContainerSpec | undefined;
  const still = fc.constant<Edit>((before) => before);
  const resized = kind.resources.map((resources): Edit => (before) => (before === undefined ? undefined : { ...before, resources }));
  const other = fc.oneof({ weight: 4, arbitrary: possible }, { weight: 1, arbitrary: possible.chain((spec) => impossible(spec)) });
  const asked = other.map((spec): Edit => () => spec);
  return fc
    .record({
      before: fc.option(possible, { nil: undefined, freq: 4 }),
      after: fc.option(fc.oneof({ weight: 2, arbitrary: still }, { weight: 1, arbitrary: resized }, { weight: 3, arbitrary: asked }), { nil: undefined, freq: 4 }),
      fate: fates(kind.codec),
    })
    .map(({ before, after, fate }) => ({
      after: after?.(before),
      observed: (name) => (before === undefined ? undefined : fate(running(containerOf(name, before), kind))),
    }));
}

function specs(resources: fc.Arbitrary<Resources>): fc.Arbitrary<ContainerSpec> {
  const mode = fc.constantFrom('enforce' as const, 'enforce' as const, 'report' as const, 'ignore' as const);
  const paths = fc.oneof(fc.constant({}), fc.dictionary(driftPath, mode, { maxKeys: 2, ...plain }));
  return fc
    .record(
      {
        resources,
        hostname: fc.constantFrom('web', 'web', 'other'),
        process: fc.constantFrom(plainSpec.process, plainSpec.process, { ...plainSpec.process, env: { MODE: 'test', PORT: '80' } }),
        mounts: fc.constantFrom(plainSpec.mounts, plainSpec.mounts, [], writableMounts),
        namespaces: rarely({ ...plainSpec.namespaces, network: 'host' as const }, plainSpec.namespaces),
        rootfs: fc.record({ path: fc.constantFrom('/srv/shop', '/srv/shop', '/srv/other'), readonly: fc.boolean() }, plain),
        restart: fc.constantFrom('always', 'on-failure', 'never').map((policy) => ({ ...plainSpec.restart, policy })),
        drift: fc.record({ default: mode, paths }, plain),
      },
      plain,
    )
    .map((varied) => ({ ...plainSpec, ...varied }));
}

const writableMounts: ContainerSpec['mounts'] = ['/srv/data', '/etc', '/srv/own'].map((source, index) => ({
  ...{ type: 'bind', source, target: `/data/${index}`, readonly: false },
}));

/** Parsed manifests and bundles are ordinary objects. */
const plain = { noNullPrototype: true } as const;

const driftPath = fc.constantFrom('resources.memory', 'resources.cpu.max', 'rootfs', 'mounts');

/** The spec with something that no host here has. */
function impossible(spec: ContainerSpec): fc.Arbitrary<ContainerSpec> {
  return fc.constantFrom(
    { ...spec, resources: { ...spec.resources, 'cpuset.cpus': '0-7' } },
    { ...spec, resources: { ...spec.resources, 'io.max': [{ device: '/dev/gone', rbps: 1 << 20 }] } },
    { ...spec, mounts: [{ type: 'bind', source: '/gone', target: '/data', readonly: true } as const] },
  );
}

function containerOf(name: string, spec: ContainerSpec): DesiredContainer {
  return desiredContainer(name, spec, name.replace(/-\d$/, ''));
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** As it runs right after it was applied on that host. */
function running(container: DesiredContainer, { codec, host }: Kind): ObservedContainer {
  const { files } = normalizeResources(container.spec.resources, host, codec);
  const made = runningAs(container, codec);
  return { ...made, cgroup: { ...had(made.cgroup), files } };
}

type Fate = (container: ObservedContainer) => ObservedContainer;

/** What happens to containers on a host. */
function fates(codec: ResourceCodec): fc.Arbitrary<Fate> {
  const still: Fate = (container) => container;
  return fc.oneof({ weight: 2, arbitrary: fc.constant(still) }, { weight: 1, arbitrary: fc.constantFrom(...mishaps(codec)) }, { weight: 1, arbitrary: ends });
}

function mishaps(codec: ResourceCodec): Fate[] {
  return [
    (container) => ({ ...container, cgroup: { ...had(container.cgroup), files: codec.toFiles({}) } }),
    (container) => ({ ...container, cgroup: { ...had(container.cgroup), usage: { memoryBytes: 2 ** 45, tasks: 5_000_000 } } }),
    (container) => ({ ...container, process: { ...had(container.process), missingMounts: ['/data'] } }),
    (container) => ({ ...container, process: { ...had(container.process), strayCgroup: '/elsewhere' } }),
    (container) => ({ ...container, process: { ...had(container.process), monitorLost: true } }),
    (container) => ({ ...container, process: { ...had(container.process), namespaces: { network: { inode: 1, host: true } } } }),
    (container) => ({ ...container, cgroup: { ...had(container.cgroup), frozen: true } }),
    (container) => ({ ...container, status: 'created' }),
    (container) => ({ ...container, status: 'terminating' }),
    ({ cgroup: _cgroup, process: _process, ...rest }) => ({ ...rest, status: 'creating' }),
    ({ bundle: _bundle, process: _process, ...rest }) => ({ ...rest, status: 'creating' }),
    ({ name, layer, cgroup }) => (layer ? { name, status: 'stopped', layer } : { name, status: 'creating', cgroup: had(cgroup), layer }),
  ];
}

/** Ends of the process: lately or long ago, after a short run or a long one, with any of the usual codes. */
const ends: fc.Arbitrary<Fate> = fc
  .record({ code: fc.constantFrom(0, 1, 137), agoMs: fc.constantFrom(0, 500, 5_000, 900_000), ranMs: fc.constantFrom(5, 700_000), failures: fc.nat({ max: 12 }) })
  .map(({ code, agoMs, ranMs, failures }) => ({ process: _process, ...rest }) => ({
    ...rest,
    status: 'stopped',
    bundle: { ...had(rest.bundle), restarts: { count: failures, failures, oomKills: 0 } },
    exit: { code, atMs: nowMs - agoMs, ranMs, oomKilled: code === 137 },
  }));

function had<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('a container that runs has all its parts');
  return value;
}
