import type { DesiredContainer } from '../state/desired.ts';
import type { ObservedContainer, ObservedState, RestartRecord } from '../state/observed.ts';
import type { FileValues, KernelWrite, ResourceCodec } from '../state/resources.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { normalizeResources } from './normalize.ts';
import { recordRestart } from './restart-backoff.ts';
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
  const enforced = new Set(change.fields.filter((field) => field.enforced).map((field) => field.path));
  const after = normalizeResources(desired.spec.resources, context.observed.host, context.codec).files;
  const writes = observed.cgroup === undefined ? [] : context.codec.writes(observed.cgroup.files, after);
  const wanted = writes.filter((write) => isEnforced(write, { enforced, writes }));
  const { name } = change;
  const down = wanted.filter((write) => write.direction !== 'increase');
  const up = wanted.filter((write) => write.direction === 'increase');
  const last: Phase = up.length > 0 ? 'increase' : 'decrease';
  return [
    ...limitSteps('decrease', name, down),
    ...limitSteps('increase', name, up),
    { kind: 'record', phase: last, lane: name, container: name },
  ];
}

/** A write whose field shows no difference belongs to another field of its controller: v1 keeps memory and swap in one sum. */
function isEnforced(
  write: KernelWrite,
  { enforced, writes }: { enforced: ReadonlySet<string>; writes: readonly KernelWrite[] },
): boolean {
  if (enforced.has(`resources.${write.field}`)) return true;
  return writes.some((other) => other.controller === write.controller && enforced.has(`resources.${other.field}`));
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
  const keepLayer = change.action !== 'replace';
  return [
    ...(change.pid === undefined ? [] : [{ ...base, kind: 'stop' } as const]),
    ...(fresh ? [] : [{ ...base, kind: 'remove', keepLayer, keepLog: true } as const]),
    { ...base, kind: 'prepare', rootfsId, restarts: restartsOf(change, desired, observed) },
    { ...base, kind: 'create' },
    ...(writes.length === 0 ? [] : [{ ...base, kind: 'write-limits', writes } as const]),
    { ...base, kind: 'start' },
  ];
}

/** Replicas whose process runs, or whose last renewal failed, go one at a time, so that a bad change stops at the first. */
function laneOf({ name, group, pid, reason }: Change): string {
  return pid !== undefined || reason === 'create-interrupted' ? `group ${group}` : name;
}

function newLimits(desired: DesiredContainer, { observed, codec }: StepContext): readonly KernelWrite[] {
  const files: FileValues = normalizeResources(desired.spec.resources, observed.host, codec).files;
  return codec.writes(undefined, files).filter((write) => observed.host.unsupported[write.field] === undefined);
}

function restartsOf(
  change: Change,
  desired: DesiredContainer,
  observed: ObservedContainer | undefined,
): RestartRecord {
  const none: RestartRecord = { count: 0, failures: 0, oomKills: 0 };
  const before = observed?.bundle?.restarts ?? none;
  if (change.action === 'replace' || observed === undefined) return none;
  if (change.action === 'create' || change.pid !== undefined) return before;
  const oomKills = observed.cgroup?.usage.oomKills ?? 0;
  return recordRestart(desired.spec.restart, before, { exit: observed.exit, oomKills });
}
