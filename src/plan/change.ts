import type { ContainerName } from '../state/container-name.ts';
import type { DesiredContainer } from '../state/desired.ts';
import type { ObservedContainer, ObservedState, RootfsFacts } from '../state/observed.ts';
import type { ResourceCodec } from '../state/resources.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { claimRefusal } from './claim.ts';
import { diffContainer, monitorPath } from './diff.ts';
import { exposuresOf } from './exposure.ts';
import type { ExposureContext } from './exposure.ts';
import { hazardsOf } from './hazards.ts';
import { knownAtApply } from './known-at-apply.ts';
import type { PlanMemory } from './memory.ts';
import { creationRefusals, resourceRefusals } from './refusals.ts';
import { gravestEffect } from './replaceability.ts';
import { restartNotBeforeMs, runSoFar, wantsRestart } from './restart-backoff.ts';
import type { Action, Change, FieldChange, Hazard, Reason, Refusal } from './types.ts';

export interface ChangeContext {
  readonly observed: ObservedState;
  readonly codec: ResourceCodec;
  readonly allowHazards: boolean;
  readonly allowedMounts: readonly string[];
  /** False while its manifest is still being written: what cannot be undone waits. */
  readonly isSettled: (name: ContainerName) => boolean;
  /** Others go, or may go, as what is new comes: a name that was cut off looks so. */
  readonly replaced: boolean;
  /** A process that ended waits before it starts again. */
  readonly backoff: boolean;
  /** Monotonic milliseconds before which a container that failed is left alone, by name. */
  readonly heldUntilMs: ReadonlyMap<string, number>;
  /** Manifests of which nothing is on the host, and must not be yet. */
  readonly refusedGroups: ReadonlyMap<string, Refusal>;
  /** What earlier plans found. */
  readonly memory: PlanMemory;
}

/** What is to happen to one container that the manifests name. */
export function changeOf(
  desired: DesiredContainer,
  observed: ObservedContainer | undefined,
  context: ChangeContext,
): Change {
  const rootfs = context.observed.rootfs[rootfsKey(desired.spec)];
  if (observed === undefined || context.refusedGroups.has(desired.group)) return judge(desired, observed, { rootfs, context });
  const grounds = { desired, observed, rootfs };
  const known = context.memory.recall(grounds);
  if (known !== undefined) return known;
  const change = judge(desired, observed, { rootfs, context });
  context.memory.keep(grounds, change);
  return change;
}

function judge(desired: DesiredContainer, observed: ObservedContainer | undefined, { rootfs, context }: RefuseContext): Change {
  const fields = observed === undefined ? [] : fieldsOfChange(desired, observed, { rootfs, context });
  const decision = decide(desired, observed, { fields, context });
  const hazards = decision.action === 'none' ? [] : hazardsOfChange(desired, observed, { action: decision.action, fields, host: context.observed.host, ledBefore: observed?.bundle?.sourceTargets, allowedMounts: context.allowedMounts });
  const refusals = refuse(desired, observed, { hazards, rootfs, context, recreates: recreates(decision.action) });
  const backoffMs = context.backoff ? (decision.notBeforeMs ?? 0) : 0;
  const notBeforeMs = Math.max(backoffMs, context.heldUntilMs.get(desired.name) ?? 0);
  const held = decision.action !== 'none' && notBeforeMs > context.observed.nowMs;
  return {
    kind: 'Container',
    name: desired.name,
    group: desired.group,
    manifest: desired.manifest,
    ...(refusals.length > 0
      ? { action: 'none', reason: 'refused' }
      : held
        ? { action: 'none', reason: 'waiting', notBeforeMs }
        : settle(decision, { settled: context.isSettled(desired.name), replaced: context.replaced })),
    fields,
    hazards,
    refusals,
    ...knownAtApply(desired.spec, context.observed, recreates(decision.action)),
    ...(observed?.process === undefined ? {} : { pid: observed.process.pid }),
    ...exitOf(decision, observed),
  };
}

/** Without times, which would make each look at the same end another plan. */
function exitOf({ reason }: Decision, observed: ObservedContainer | undefined): Pick<Change, 'exit'> {
  if (observed?.exit === undefined || (reason !== 'exited' && reason !== 'killed-for-memory')) return {};
  const { code, oomKilled } = observed.exit;
  return { exit: { ...(code === undefined ? {} : { code }), oomKilled } };
}

function hazardsOfChange(
  desired: DesiredContainer,
  observed: ObservedContainer | undefined,
  context: ExposureContext,
): readonly Hazard[] {
  const harmful = observed === undefined ? [] : hazardsOf(observed, context.fields);
  return [...harmful, ...exposuresOf(desired, context)];
}

export interface DeletionContext {
  readonly guarded: Refusal | undefined;
  readonly hazards: readonly Hazard[];
  readonly reason: Reason;
  readonly isSettled: ChangeContext['isSettled'];
}

/** What is to happen to a container that the manifests do not name. */
export function deletionOf(observed: ObservedContainer, { guarded, hazards, reason, isSettled }: DeletionContext): Change {
  const refusal = claimRefusal(observed) ?? guarded;
  return {
    kind: 'Container',
    name: observed.name,
    group: observed.bundle?.group ?? observed.name,
    ...(observed.bundle === undefined ? {} : { manifest: observed.bundle.manifest }),
    ...(refusal === undefined
      ? settle({ action: 'delete', reason }, { settled: isSettled(observed.name), replaced: true })
      : { action: 'none', reason: 'refused' }),
    fields: [],
    hazards: observed.claim === undefined ? hazards : [],
    refusals: refusal === undefined ? [] : [refusal],
    ...(observed.process === undefined ? {} : { pid: observed.process.pid }),
  };
}

/**
 * Half-written manifests ask for things that nobody wants: a restart or a deletion waits until they are still. So does
 * what is new where others go: it may be one of them under half its name, or without its number.
 */
function settle({ action, reason }: Decision, { settled, replaced }: { readonly settled: boolean; readonly replaced: boolean }): Decision {
  const destroys = action === 'restart' || action === 'replace' || action === 'delete';
  const byManifest = reason === 'manifest-changed' || reason === 'not-in-manifests';
  const doubtful = (destroys && byManifest) || (replaced && reason === 'not-on-host');
  return !settled && doubtful ? { action: 'none', reason: 'waiting' } : { action, reason };
}

interface Decision {
  readonly action: Action;
  readonly reason: Reason;
  readonly notBeforeMs?: number;
}

function decide(
  desired: DesiredContainer,
  observed: ObservedContainer | undefined,
  { fields, context }: { readonly fields: readonly FieldChange[]; readonly context: ChangeContext },
): Decision {
  if (observed === undefined || isAbsent(observed)) return { action: 'create', reason: 'not-on-host' };
  if (observed.status === 'terminating') return { action: 'create', reason: 'removal-interrupted' };
  if (observed.status === 'creating' || observed.status === 'created' || observed.bundle === undefined) {
    return { action: 'create', reason: 'create-interrupted' };
  }
  const enforced = fields.filter((field) => field.enforced);
  const others = enforced.filter(({ path }) => path !== monitorPath);
  const changed = decideByFields(others);
  const stays = changed.action === 'none' || changed.action === 'update';
  if (!stays) return changed;
  if (observed.status === 'running') return others.length === enforced.length ? changed : unwatched(changed, { desired, observed, context });
  const { restart } = desired.spec;
  if (!wantsRestart(restart, observed.exit)) return changed;
  return {
    action: 'restart',
    reason: observed.exit?.oomKilled === true ? 'killed-for-memory' : 'exited',
    notBeforeMs: restartNotBeforeMs(restart, observed.bundle.restarts, observed.exit),
  };
}

/** A process that nobody watches starts again. Limits do not wait for the back-off of that. */
function unwatched(
  changed: Decision,
  { desired: { spec }, observed: { process, bundle }, context }: { readonly desired: DesiredContainer; readonly observed: ObservedContainer; readonly context: ChangeContext },
): Decision {
  const { nowMs } = context.observed;
  const notBeforeMs = process === undefined || bundle === undefined ? 0 : restartNotBeforeMs(spec.restart, bundle.restarts, runSoFar(process, nowMs));
  if (changed.action === 'update' && context.backoff && notBeforeMs > nowMs) return changed;
  return { action: 'restart', reason: 'monitor-lost', notBeforeMs };
}

const actions = { live: 'update', restart: 'restart', replace: 'replace' } as const;

function decideByFields(fields: readonly FieldChange[]): Decision {
  if (fields.length === 0) return { action: 'none', reason: 'unchanged' };
  const action = actions[gravestEffect(fields.map((field) => field.effect))];
  if (fields.some((field) => field.origin === 'manifest')) return { action, reason: 'manifest-changed' };
  return { action, reason: action === 'replace' ? 'rootfs-changed' : 'drift' };
}

/** A writable layer alone is no container: it is what a reboot leaves, and the next create takes it over. */
function isAbsent({ bundle, cgroup, status }: ObservedContainer): boolean {
  return bundle === undefined && cgroup === undefined && status === 'stopped';
}

interface RefuseContext {
  readonly rootfs: RootfsFacts | undefined;
  readonly context: ChangeContext;
}

function fieldsOfChange(
  desired: DesiredContainer,
  observed: ObservedContainer,
  { rootfs, context }: RefuseContext,
): readonly FieldChange[] {
  return diffContainer(desired, observed, {
    host: context.observed.host,
    codec: context.codec,
    ...(rootfs === undefined || rootfs.problems.length > 0 ? {} : { rootfs }),
  });
}

function refuse(
  desired: DesiredContainer,
  observed: ObservedContainer | undefined,
  options: RefuseContext & { readonly hazards: Change['hazards']; readonly recreates: boolean },
): readonly Refusal[] {
  const claimed = observed === undefined ? undefined : claimRefusal(observed);
  if (claimed !== undefined) return [claimed];
  const { host } = options.context.observed;
  const held = options.context.refusedGroups.get(desired.group);
  const impossible = [
    ...(held === undefined ? [] : [held]),
    ...resourceRefusals(desired, host, options.context.codec),
    ...(options.recreates ? creationRefusals(desired, host, options.rootfs) : []),
  ];
  const blocking = options.hazards.filter((hazard) => hazard.blocking && !(options.context.allowHazards && hazard.allowedBy === '--allow-hazards'));
  return [...impossible, ...blocking.map(({ path, message, hint }) => ({ path, message, hint }))];
}

function recreates(action: Action): boolean {
  return action === 'create' || action === 'restart' || action === 'replace';
}
