import type { Plan, Step } from '../../src/plan/types.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import type { DesiredContainer, DesiredState, NamespaceType } from '../../src/state/desired.ts';
import { namespaceTypes } from '../../src/state/desired.ts';
import type {
  ObservedContainer,
  ObservedNamespace,
  ObservedProcess,
  ObservedState,
  RestartRecord,
} from '../../src/state/observed.ts';
import type { KernelWrite, ResourceCodec } from '../../src/state/resources.ts';

/** What a host shows after it carried out a plan: the planner's own idea of the world, without a world. */
export function applyToModel(
  plan: Plan,
  { desired, observed, codec }: { desired: DesiredState; observed: ObservedState; codec: ResourceCodec },
): ObservedState {
  const model = new Map(observed.containers.map((container) => [container.name, container]));
  const wanted = new Map(desired.containers.map((container) => [container.name, container]));
  let jails = [...observed.jails];
  for (const step of plan.steps) {
    if (step.kind === 'remove-jail') jails = jails.filter((jail) => jail !== step.jail);
    else setOrDelete(model, step.container, after(step, model.get(step.container), { wanted: wanted.get(step.container), codec }));
  }
  return { ...observed, jails, containers: [...model.values()].sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

type ContainerStep = Exclude<Step, { readonly kind: 'remove-jail' }>;

function after(
  step: ContainerStep,
  container: ObservedContainer | undefined,
  { wanted, codec }: { wanted: DesiredContainer | undefined; codec: ResourceCodec },
): ObservedContainer | undefined {
  switch (step.kind) {
    case 'announce':
      return { ...defined(container), bundle: { ...defined(container?.bundle), announced: step.files } };
    case 'write-limits':
      return withLimits(defined(container), step.writes);
    case 'thaw':
      return thawed(defined(container));
    case 'continue-monitor':
      return continued(defined(container));
    case 'record':
      return withRecord(defined(container), defined(wanted));
    case 'stop':
      return withoutProcess(defined(container));
    case 'remove':
      return step.keepLayer && container?.layer === true ? { name: step.container, status: 'stopped', layer: true } : undefined;
    case 'prepare':
      return prepared(defined(wanted), step.rootfsId, step.restarts);
    case 'create':
      return created(defined(container), codec);
    case 'start':
      return { ...defined(container), status: 'running' };
    default:
      return step satisfies never;
  }
}

function withLimits(container: ObservedContainer, writes: readonly KernelWrite[]): ObservedContainer {
  const cgroup = defined(container.cgroup);
  const files: Record<string, string> = { ...cgroup.files };
  for (const { file, value, field } of writes) files[file] = field === 'io.max' ? mergeLine(files[file] ?? '', value) : value;
  return { ...container, cgroup: { ...cgroup, files } };
}

/** A device's line replaces the line of that device; a device without limits has none. */
function mergeLine(content: string, line: string): string {
  const [device = ''] = line.split(' ');
  const others = content.split('\n').filter((old) => old !== '' && !old.startsWith(`${device} `));
  const unlimited = /^\S+ (?:0|rbps=max wbps=max riops=max wiops=max)$/.test(line);
  return [...others, ...(unlimited ? [] : [line])].sort().join('\n');
}

function thawed(container: ObservedContainer): ObservedContainer {
  const { frozen: _frozen, ...cgroup } = defined(container.cgroup);
  return { ...container, cgroup };
}

function continued(container: ObservedContainer): ObservedContainer {
  const { monitorStopped: _stopped, ...process } = defined(container.process);
  return { ...container, process };
}

function withRecord(container: ObservedContainer, wanted: DesiredContainer): ObservedContainer {
  const { group, manifest, labels, annotations, spec } = wanted;
  const { announced: _written, ...bundle } = defined(container.bundle);
  return { ...container, bundle: { ...bundle, group, manifest, labels, annotations, spec } };
}

function withoutProcess(container: ObservedContainer): ObservedContainer {
  const { process: _process, ...rest } = container;
  return { ...rest, status: 'stopped' };
}

function prepared(wanted: DesiredContainer, rootfsId: string, restarts: RestartRecord): ObservedContainer {
  const { name, group, manifest, labels, annotations, spec } = wanted;
  const bundle = { group, manifest, labels, annotations, spec, rootfsId, restarts };
  return { name, status: 'creating', bundle, layer: !spec.rootfs.readonly };
}

function created(container: ObservedContainer, codec: ResourceCodec): ObservedContainer {
  const { spec } = defined(container.bundle);
  const cgroup = { path: `/reconcile/${container.name}`, files: codec.toFiles({}), usage: {} };
  return { ...container, status: 'created', cgroup, process: processOf(spec.namespaces) };
}

/** The init process of a container that was just made as asked. */
export function processOf(namespaces: Readonly<Record<NamespaceType, 'private' | 'host'>>): ObservedProcess {
  const seen = namespaceTypes.map((type, index): [NamespaceType, ObservedNamespace] => [
    type,
    { inode: 4_026_532_000 + index, host: namespaces[type] === 'host' },
  ]);
  return {
    pid: 4242,
    startTime: 100,
    startedAtMs: 1_000,
    namespaces: Object.fromEntries(seen),
    missingMounts: [],
  };
}

function setOrDelete(model: Map<ContainerName, ObservedContainer>, key: ContainerName, value: ObservedContainer | undefined): void {
  if (value === undefined) model.delete(key);
  else model.set(key, value);
}

function defined<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('the plan has a step for something that is not there');
  return value;
}
