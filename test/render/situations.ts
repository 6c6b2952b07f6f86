import { normalizeResources } from '../../src/plan/normalize.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { ContainerSpec, DesiredContainer } from '../../src/state/desired.ts';
import type { ChangedFiles, HostFacts, ObservedContainer } from '../../src/state/observed.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainHost, plainSpec } from '../support/containers.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';
import { withFiles } from '../plan/plan-fixture.ts';

/** A host with 24 GiB, so that sums have something to be measured against. */
const host: HostFacts = { ...plainHost, capacity: { memoryBytes: 24 * 2 ** 30, tasks: 4_194_304 } };

const MiB = 2 ** 20;

interface World {
  readonly desired: readonly DesiredContainer[];
  readonly observed: readonly ObservedContainer[];
  readonly options?: PlanOptions;
  readonly changed?: ChangedFiles;
}

/** The plan for two states of that host; with `changed`, the files of every root filesystem are no longer those of id-1. */
function planOf({ desired, observed, options, changed }: World): Plan {
  const state = observedState(observed, desired, host);
  const now = { id: patchedJail, problems: [], ...(changed === undefined ? {} : { changedSince: { [firstJail]: changed } }) };
  const rootfs = changed === undefined ? state.rootfs : Object.fromEntries(desired.map(({ spec }) => [rootfsKey(spec), now]));
  return makePlan(desiredState(desired), { ...state, rootfs }, codecs.unified, options);
}

const firstJail = 'a3'.repeat(32);
const patchedJail = '7c'.repeat(32);

/** As it runs right after `desired` was applied. */
function running(desired: DesiredContainer, pid = 4242): ObservedContainer {
  const { files } = normalizeResources(desired.spec.resources, host, codecs.unified);
  const container = withFiles(runningAs(desired, codecs.unified), files);
  return { ...container, process: { ...(container.process as NonNullable<typeof container.process>), pid } };
}

function replicas(count: number, spec: Partial<ContainerSpec> = {}): DesiredContainer[] {
  return Array.from({ length: count }, (_, index) => desiredContainer(`web-${index}`, spec, 'web')).sort(byName);
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Each with a pid of its own. */
function allRunning(desired: readonly DesiredContainer[]): ObservedContainer[] {
  return desired.map((container, index) => running(container, 5_000 + index));
}

function using(container: ObservedContainer, usage: NonNullable<ObservedContainer['cgroup']>['usage'] & {}): ObservedContainer {
  return { ...container, cgroup: { ...(container.cgroup as NonNullable<typeof container.cgroup>), usage } };
}

const web = desiredContainer('web');
const db = desiredContainer('db', { resources: { 'memory.max': 1024 * MiB, 'cpu.max': 2 } });
const larger = { resources: { 'memory.max': 512 * MiB, 'pids.max': 256 } } as const;
const reporting = { drift: { default: 'report', paths: {} } } as const;
const jail = { rootfs: { jail: { binaries: ['/usr/bin/serve'], files: ['/etc/ssl/certs'] }, readonly: false } } as const;

/** Twelve plans, by what they show. Each is made by the planner from two states. */
export const situations: Readonly<Record<string, () => Plan>> = {
  'create': () => planOf({ desired: [db, ...replicas(3)], observed: [] }),

  'live-resize': () => planOf({ desired: [db, desiredContainer('web', larger)], observed: [running(db), running(web)] }),

  'drift-healed': () => planOf({ desired: [web], observed: [withFiles(running(web), { 'memory.max': '1073741824', 'pids.max': 'max' })] }),

  'drift-reported': () => {
    const lenient = desiredContainer('web', reporting);
    return planOf({ desired: [lenient], observed: [withFiles(running(lenient), { 'memory.max': '1073741824' })] });
  },

  'drift-and-manifest': () => {
    const lenient = desiredContainer('db', { ...reporting, resources: db.spec.resources });
    return planOf({
      desired: [lenient, desiredContainer('web', { resources: { 'memory.max': 512 * MiB, 'pids.max': 128 }, stop: { signal: 'INT', timeoutMs: 90_000 } })],
      observed: [withFiles(running(lenient, 4100), { 'cpu.max': '50000 100000' }), withFiles(running(web), { 'pids.max': '7' })],
    });
  },

  'killed-for-memory': () =>
    planOf({ desired: [db, web], observed: [exitedAs(db, codecs.unified, { code: 143 }), exitedAs(web, codecs.unified, { code: 137, oomKilled: true })] }),

  'rolling-restart': () => {
    const process = { ...plainSpec.process, env: { MODE: 'production', TOKEN: 'a secret' }, args: ['/bin/serve', '--port', '8080'] };
    return planOf({ desired: replicas(3, { process }), observed: allRunning(replicas(3)) });
  },

  'rootfs-changed': () => {
    const made = desiredContainer('web', jail);
    const observed = { ...running(made), layerUsage: { files: 12, bytes: 3 * MiB, complete: true } };
    return planOf({
      desired: [made],
      observed: [{ ...observed, bundle: { ...(observed.bundle as NonNullable<typeof observed.bundle>), rootfsId: firstJail } }],
      changed: { count: 3, paths: ['/etc/ssl/certs/ca-certificates.crt', '/usr/bin/serve', '/usr/lib/x86_64-linux-gnu/libssl.so.3'] },
    });
  },

  'prune-of-many': () => {
    const lost = ['cache', 'mail', 'queue', 'search'].map((name) => desiredContainer(name));
    return planOf({ desired: [desiredContainer('new'), web], observed: [...[...lost, ...replicas(3)].map((container) => running(container)), running(web)].sort(byName) });
  },

  'limit-below-usage': () => {
    const smaller = { resources: { 'memory.max': 32 * MiB, 'pids.max': 64 } };
    const observed = allRunning(replicas(3)).map((container, index) => using(container, { memoryBytes: (100 + index) * MiB, tasks: 80 }));
    return planOf({ desired: replicas(3, smaller), observed });
  },

  'thousand-replicas': () => {
    const drifted = new Set(['web-7', 'web-400', 'web-999']);
    const observed = allRunning(replicas(1000)).map((container) => (drifted.has(container.name) ? withFiles(container, { 'cpu.max': '50000 100000' }) : container));
    return planOf({ desired: replicas(1000, larger), observed });
  },

  'nothing-to-do': () => planOf({ desired: [db, web], observed: [running(db), running(web)] }),
};
