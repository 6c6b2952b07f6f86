import equal from 'fast-deep-equal';
import type { DesiredContainer } from '../state/desired.ts';
import { namespaceTypes } from '../state/desired.ts';
import type { BundleRecord, HostFacts, ObservedContainer, RootfsFacts } from '../state/observed.ts';
import type { ResourceCodec, ResourceField, Resources } from '../state/resources.ts';
import { resourceFields } from '../state/resources.ts';
import { isOurWrite } from './announced.ts';
import { driftModeOf } from './drift-mode.ts';
import { fieldsOf } from './fields.ts';
import { normalizeResources } from './normalize.ts';
import { effectOf } from './replaceability.ts';
import { wantsRestart } from './restart-backoff.ts';
import type { FieldChange } from './types.ts';

/** What a comparison needs to know of the host beside the container itself. */
export interface DiffContext {
  readonly host: HostFacts;
  readonly codec: ResourceCodec;
  /** The desired root filesystem as it is now; absent where it cannot be had. */
  readonly rootfs?: RootfsFacts;
}

const hidden = '(hidden)';

/** No manifest has it: a container that is asked for is asked to run. */
export const freezePath = 'cgroup.freeze';

/** No manifest has it either: what watches the process, keeps its log and sees how it ends. */
export const monitorPath = 'monitor';

/** Whether that goes on, where it is there. */
export const monitorStatePath = 'monitor.state';

/**
 * Every field in which a container on the host differs from its manifest: first what the manifest
 * changed since it was applied, then what somebody changed on the host. Fields whose drift the
 * manifest ignores are left out. A container without a bundle has no fields to compare, and one that is unfinished
 * has only its record: its cgroup still holds what the kernel made it with, which nobody wrote.
 */
export function diffContainer(
  desired: DesiredContainer,
  observed: ObservedContainer,
  context: DiffContext,
): readonly FieldChange[] {
  const { bundle } = observed;
  if (bundle === undefined) return [];
  const isWhole = !isUnfinished(observed);
  const found = [
    ...diffRecord(desired, bundle),
    ...(isWhole ? diffResources(desired, { observed, bundle, context }) : diffRecordedResources(desired, bundle, context)),
    ...diffRootfs(desired, bundle, context),
    ...(isWhole ? diffProcess(desired, observed, bundle) : []),
  ];
  const asked = found.filter((field) => field.origin === 'manifest');
  const drifted = found.filter((field) => field.origin === 'drift');
  return [...asked, ...drifted.filter(({ path }) => driftModeOf(path, desired.spec.drift) !== 'ignore')];
}

/** Its creation or its removal did not come to its end: whatever is left of it is made anew. */
function isUnfinished({ status }: ObservedContainer): boolean {
  return status === 'creating' || status === 'created' || status === 'terminating';
}

function diffRecord(desired: DesiredContainer, bundle: BundleRecord): FieldChange[] {
  if (isAsRecorded(desired, bundle)) return [];
  const after = fieldsOf(desired);
  const before = fieldsOf(bundle);
  const changes: FieldChange[] = [];
  for (const path of new Set([...after.keys(), ...before.keys()])) {
    const [old, wanted] = [before.get(path), after.get(path)];
    if (equal(old?.value, wanted?.value)) continue;
    const secret = (old ?? wanted)?.secret === true;
    changes.push({
      path,
      ...(old === undefined ? {} : { before: secret ? hidden : old.value }),
      ...(wanted === undefined ? {} : { after: secret ? hidden : wanted.value }),
      effect: effectOf(path),
      origin: 'manifest',
      enforced: true,
    });
  }
  return changes;
}

/** To spell out every field takes far longer than to see that there is none to tell of. */
function isAsRecorded(desired: DesiredContainer, bundle: BundleRecord): boolean {
  return equal(desired.spec, bundle.spec) && equal(desired.labels, bundle.labels) && equal(desired.annotations, bundle.annotations);
}

function diffResources(
  desired: DesiredContainer,
  { observed, bundle, context }: { observed: ObservedContainer; bundle: BundleRecord; context: DiffContext },
): FieldChange[] {
  if (observed.cgroup === undefined) return [];
  const { host, codec } = context;
  const after = normalizeResources(desired.spec.resources, host, codec);
  const applied = normalizeResources(bundle.spec.resources, host, codec);
  const { files } = observed.cgroup;
  const before = codec.fromFiles(files);
  const announced = Object.entries(bundle.announced ?? {}).flatMap(([file, values]) => values.map((value) => codec.fromFiles({ ...files, [file]: value })));
  const told = [applied.resources, ...announced];
  const changes: FieldChange[] = [];
  for (const field of resourceFields) {
    if (host.unsupported[field] !== undefined || equal(before[field], after.resources[field])) {
      const other = told.find((limits) => !equal(limits[field], after.resources[field]));
      if (other !== undefined) changes.push(noted(field, other, after.resources));
      continue;
    }
    const file = codec.fileOf(field);
    const isOurs = isOurWrite(file, bundle, { files, applied: applied.files, codec });
    const raw = files[file];
    changes.push({
      ...fieldFrom(`resources.${field}`, before[field], after.resources[field]),
      ...originOf(`resources.${field}`, !isOurs && equal(applied.resources[field], after.resources[field]), desired),
      kernel: { file, ...(raw === undefined ? {} : { before: raw }), after: after.files[file] ?? '' },
    });
  }
  return changes;
}

function diffRecordedResources(desired: DesiredContainer, bundle: BundleRecord, { host, codec }: DiffContext): FieldChange[] {
  const [before, after] = [bundle, desired].map(({ spec }) => normalizeResources(spec.resources, host, codec).resources) as [Resources, Resources];
  return resourceFields.filter((field) => !equal(before[field], after[field])).map((field) => noted(field, before, after));
}

/**
 * A limit that the kernel holds as it is asked, and the record does not, or has another one announced: the run that wrote
 * it was killed before it could note it, or somebody was faster. It is noted alone. Else what somebody writes later would
 * pass for the manifest's will.
 */
function noted(field: ResourceField, before: Resources, after: Resources): FieldChange {
  return { ...fieldFrom(`resources.${field}`, before[field], after[field]), origin: 'manifest', enforced: true };
}

function diffRootfs(desired: DesiredContainer, bundle: BundleRecord, { rootfs }: DiffContext): FieldChange[] {
  const same = rootfs === undefined || rootfs.id === bundle.rootfsId;
  if (same || !equal(desired.spec.rootfs, bundle.spec.rootfs)) return [];
  const files = rootfs.changedSince?.[bundle.rootfsId];
  return [
    {
      ...fieldFrom('rootfs.id', bundle.rootfsId, rootfs.id),
      ...originOf('rootfs.id', true, desired),
      ...(files === undefined ? {} : { files }),
    },
  ];
}

/** What the process itself shows: its namespaces, its mounts, the cgroup it is in and whether it stands still. */
function diffProcess(desired: DesiredContainer, observed: ObservedContainer, bundle: BundleRecord): FieldChange[] {
  const { process } = observed;
  if (process === undefined) return [];
  const changes: FieldChange[] = [];
  const drifted = (path: string, before: unknown, after: unknown): void => {
    changes.push({ ...fieldFrom(path, before, after), ...originOf(path, true, desired) });
  };
  for (const type of namespaceTypes) {
    const namespace = process.namespaces[type];
    const wanted = desired.spec.namespaces[type];
    const before = namespace?.host === true ? 'host' : 'private';
    if (namespace === undefined || before === wanted || bundle.spec.namespaces[type] !== wanted) continue;
    drifted(`namespaces.${type}`, before, wanted);
  }
  for (const point of process.missingMounts) drifted(`mounts.${point}`, undefined, 'mounted');
  if (process.strayCgroup !== undefined) drifted('cgroup', process.strayCgroup, observed.cgroup?.path);
  if (process.monitorLost === true) changes.push(lostMonitor(desired));
  if (process.monitorStopped === true) drifted(monitorStatePath, 'stopped', 'running');
  if (observed.cgroup?.frozen === true) drifted(freezePath, 'frozen', 'running');
  return changes;
}

/** Only another process can be watched anew, and a policy of `never` wants none: that one goes on as it is. */
function lostMonitor(desired: DesiredContainer): FieldChange {
  const { enforced, ...origin } = originOf(monitorPath, true, desired);
  return { ...fieldFrom(monitorPath, 'lost', 'running'), ...origin, enforced: enforced && wantsRestart(desired.spec.restart, undefined) };
}

type Difference = Pick<FieldChange, 'path' | 'before' | 'after' | 'effect'>;

function fieldFrom(path: string, before: unknown, after: unknown): Difference {
  return {
    path,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    effect: effectOf(path),
  };
}

/** A value that the last apply already asked for, and that differs now, was changed on the host. */
function originOf(path: string, applied: boolean, desired: DesiredContainer): Pick<FieldChange, 'origin' | 'enforced'> {
  if (!applied) return { origin: 'manifest', enforced: true };
  return { origin: 'drift', enforced: driftModeOf(path, desired.spec.drift) === 'enforce' };
}
