import type { DesiredContainer } from '../state/desired.ts';
import type { HostFacts, ObservedContainer, ObservedState, RestartRecord } from '../state/observed.ts';
import type { FileValues, KernelWrite, ResourceCodec, Resources } from '../state/resources.ts';
import { resourceFields } from '../state/resources.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { valuesToAnnounce } from './announced.ts';
import { freezePath, monitorStatePath } from './diff.ts';
import { driftModeOf } from './drift-mode.ts';
import { normalizeResources } from './normalize.ts';
import { recordRenewal, recordRestart, runSoFar } from './restart-backoff.ts';
import type { Change, Phase, Step } from './types.ts';

export interface StepContext {
  readonly observed: ObservedState;
  readonly codec: ResourceCodec;
}

/** The steps that carry out one change, in order. */
export function stepsOf(
  change: Change,
  pair: { readonly desired?: DesiredContainer; readonly observed?: ObservedContainer },
  context: StepContext,
): readonly Step[] {
  const { desired, observed } = pair;
  switch (change.action) {
    case 'none':
      return [];
    case 'delete':
      return deleteSteps(change);
    case 'update':
      return desired === undefined || observed === undefined ? [] : updateSteps(change, { desired, observed }, context);
    case 'create':
    case 'restart':
    case 'replace':
      return desired === undefined ? [] : renewSteps(change, { desired, observed }, context);
    default:
      return change.action satisfies never;
  }
}

function deleteSteps({ name }: Change): Step[] {
  const base = { phase: 'delete', lane: name, container: name } as const;
  return [
    { ...base, kind: 'stop' },
    { ...base, kind: 'remove', keepLayer: false, keepLog: false },
  ];
}

function updateSteps(
  change: Change,
  { desired, observed }: { desired: DesiredContainer; observed: ObservedContainer },
  context: StepContext,
): Step[] {
  const { name } = change;
  const files = observed.cgroup?.files;
  const { writes, after } = files === undefined ? { writes: [], after: {} } : enforcedWrites(change, { desired, files }, context);
  const down = writes.filter((write) => write.direction !== 'increase');
  const up = writes.filter((write) => write.direction === 'increase');
  const last: Phase = up.length > 0 ? 'increase' : 'decrease';
  return [
    ...announceSteps(unhealedFiles(writes, after, desired), observed, context),
    ...limitSteps('decrease', name, down),
    ...limitSteps('increase', name, up),
    ...(isHealed(change, freezePath) ? [{ kind: 'thaw', phase: last, lane: name, container: name } as const] : []),
    ...(isHealed(change, monitorStatePath) ? [{ kind: 'continue-monitor', phase: last, lane: name, container: name } as const] : []),
    { kind: 'record', phase: 'record', lane: name, container: name },
  ];
}

function announceSteps(writing: FileValues, { name, cgroup, bundle }: ObservedContainer, { codec }: StepContext): Step[] {
  if (cgroup === undefined || Object.keys(writing).length === 0) return [];
  const files = valuesToAnnounce(writing, bundle?.announced, { files: cgroup.files, codec });
  return [{ kind: 'announce', phase: 'announce', lane: name, container: name, files }];
}

/** What is to be written, and would be left there as somebody else's if this run were killed before it is noted. */
function unhealedFiles(writes: readonly KernelWrite[], after: FileValues, { spec }: DesiredContainer): FileValues {
  const unhealed = writes.filter(({ field }) => driftModeOf(`resources.${field}`, spec.drift) !== 'enforce');
  return Object.fromEntries(unhealed.map(({ file }) => [file, after[file] ?? '']));
}

/**
 * The writes to the files that the enforced fields take part in, and what all files hold afterwards. A file may hold more
 * than its own field, as v1 keeps memory and swap in one sum; fields whose drift is left alone go into it as they are found.
 */
function enforcedWrites(
  { fields }: Change,
  { desired, files }: { readonly desired: DesiredContainer; readonly files: FileValues },
  { observed, codec }: StepContext,
): { readonly writes: readonly KernelWrite[]; readonly after: FileValues } {
  const paths = new Set(fields.filter((field) => field.enforced).map((field) => field.path));
  const enforced = resourceFields.filter((field) => paths.has(`resources.${field}`));
  const found = codec.fromFiles(files);
  const asked = normalizeResources(desired.spec.resources, observed.host, codec).resources;
  const wanted: Resources = { ...found, ...Object.fromEntries(enforced.map((field) => [field, asked[field]])) };
  const [before, after] = [codec.toFiles(found), codec.toFiles(wanted)];
  const writes = codec.writes(files, after);
  return { writes: writes.filter(({ field, file }) => enforced.includes(field) || before[file] !== after[file]), after };
}

function isHealed({ fields }: Change, healed: string): boolean {
  return fields.some(({ path, enforced }) => path === healed && enforced);
}

function limitSteps(phase: Phase, name: Change['name'], writes: readonly KernelWrite[]): Step[] {
  return writes.length === 0 ? [] : [{ kind: 'write-limits', phase, lane: name, container: name, writes }];
}

function renewSteps(
  change: Change,
  { desired, observed }: { desired: DesiredContainer; observed: ObservedContainer | undefined },
  context: StepContext,
): Step[] {
  const { name } = change;
  const fresh = change.reason === 'not-on-host';
  const base = { phase: fresh ? 'create' : 'renew', lane: laneOf(change), container: name } as const;
  const rootfsId = context.observed.rootfs[rootfsKey(desired.spec)]?.id ?? '';
  const writes = newLimits(desired, context);
  const keepLayer = !change.fields.some((field) => field.enforced && field.effect === 'replace');
  return [
    ...(change.pid === undefined ? [] : [{ ...base, kind: 'stop' } as const]),
    ...(fresh ? [] : [{ ...base, kind: 'remove', keepLayer, keepLog: true } as const]),
    { ...base, kind: 'prepare', rootfsId, restarts: restartsOf(change, { desired, observed, nowMs: context.observed.nowMs }), ...sourceTargetsOf(desired, context.observed.host) },
    { ...base, kind: 'create' },
    ...(writes.length === 0 ? [] : [{ ...base, kind: 'write-limits', writes } as const]),
    { ...base, kind: 'start' },
  ];
}

/** Replicas that run, or whose last renewal failed, go one at a time, so that a bad change stops at the first. */
function laneOf({ name, group, pid, reason }: Change): string {
  const isInterrupted = reason === 'create-interrupted' || reason === 'removal-interrupted';
  return pid !== undefined || isInterrupted ? `group ${group}` : name;
}

function sourceTargetsOf({ spec }: DesiredContainer, { sourceTargets = {} }: HostFacts): { readonly sourceTargets?: Readonly<Record<string, string>> } {
  const sources = new Set(spec.mounts.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : [])));
  const led = Object.entries(sourceTargets).filter(([source]) => sources.has(source));
  return led.length === 0 ? {} : { sourceTargets: Object.fromEntries(led.sort()) };
}

function newLimits(desired: DesiredContainer, { observed, codec }: StepContext): readonly KernelWrite[] {
  return codec.writes(undefined, normalizeResources(desired.spec.resources, observed.host, codec).files);
}

function restartsOf(
  change: Change,
  { desired, observed, nowMs }: { readonly desired: DesiredContainer; readonly observed: ObservedContainer | undefined; readonly nowMs: number },
): RestartRecord {
  const none: RestartRecord = { count: 0, failures: 0, oomKills: 0 };
  if (change.action === 'replace' || observed === undefined) return none;
  const before = observed.bundle?.restarts ?? none;
  const oomKills = observed.cgroup?.usage?.oomKills ?? 0;
  const { restart } = desired.spec;
  if (change.reason === 'monitor-lost' && observed.process !== undefined) return recordRenewal(restart, before, { run: runSoFar(observed.process, nowMs), oomKills });
  const isAsked = change.action === 'create' || change.pid !== undefined;
  if (isAsked) return { ...before, oomKills: before.oomKills + oomKills };
  return recordRestart(restart, before, { exit: observed.exit, oomKills });
}
