import { formatCpuList, parseCpuList } from '../state/cpu-list.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';
import type { HostFacts, ObservedContainer, ObservedState } from '../state/observed.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { manifestCodec } from './manifest-codec.ts';
import type { PlanOptions } from './plan.ts';
import { makePlan } from './plan.ts';
import type { Plan } from './types.ts';

/** The plan that leads from one revision of the manifests to another, as if all that the first asks for ran somewhere. */
export function compareRevisions(from: DesiredState, to: DesiredState, options: PlanOptions = {}): Plan {
  const plan = makePlan(to, stateOf(from, to), manifestCodec, options);
  const host = { cgroupMode: 'none', runtime: 'none', runtimeReason: 'two revisions of the manifests are compared' } as const;
  return { ...plan, host, changes: plan.changes.map((change) => ({ ...change, fields: change.fields.map(withoutKernel) })) };
}

function stateOf(from: DesiredState, to: DesiredState): ObservedState {
  return {
    host: hostFor([...from.containers, ...to.containers]),
    containers: from.containers.map(runningAs),
    rootfs: Object.fromEntries(to.containers.map(({ spec }) => [rootfsKey(spec), { id: nameless, problems: [] }])),
    jails: [],
    nowMs: 0,
  };
}

/** All root filesystems have one id: whether their files differ is for a host to tell. */
const nameless = 'unknown';

function runningAs({ name, group, manifest, labels, annotations, spec }: DesiredContainer): ObservedContainer {
  const restarts = { count: 0, failures: 0, oomKills: 0 };
  return {
    name,
    status: 'running',
    bundle: { group, manifest, labels, annotations, spec, rootfsId: nameless, restarts },
    cgroup: { path: `/${name}`, files: manifestCodec.toFiles(spec.resources), usage: {} },
    layer: !spec.rootfs.readonly,
  };
}

/** A host that has whatever the manifests name. */
function hostFor(containers: readonly DesiredContainer[]): HostFacts {
  const devices = containers.flatMap(({ spec }) => spec.resources['io.max'] ?? []).map(({ device }) => [device, device] as const);
  return {
    cgroupMode: 'unified',
    runtime: 'none',
    runtimeReason: '',
    cgroupParent: '',
    cpus: all(containers, 'cpuset.cpus'),
    mems: all(containers, 'cpuset.mems'),
    unsupported: {},
    devices: Object.fromEntries(devices),
    missingSources: [],
  };
}

function all(containers: readonly DesiredContainer[], field: 'cpuset.cpus' | 'cpuset.mems'): string {
  const numbers = new Set(containers.flatMap(({ spec }) => parseCpuList(spec.resources[field] ?? '') ?? []));
  return formatCpuList([...numbers].sort((one, other) => one - other));
}

type FieldChange = Plan['changes'][number]['fields'][number];

/** No kernel was looked at. */
function withoutKernel({ kernel: _kernel, ...field }: FieldChange): FieldChange {
  return field;
}
