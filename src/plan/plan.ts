import type { ContainerName } from '../state/container-name.ts';
import { containersNamed } from '../state/desired.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';
import type { ObservedContainer, ObservedState } from '../state/observed.ts';
import type { ResourceCodec } from '../state/resources.ts';
import { changeOf, deletionOf } from './change.ts';
import type { DeletionContext } from './change.ts';
import { fitToHost } from './fit.ts';
import { orderSteps } from './order.ts';
import { openPlanMemory } from './memory.ts';
import type { PlanMemory } from './memory.ts';
import { isRemains, pruneGuard } from './prune-guard.ts';
import type { PruneGuard } from './prune-guard.ts';
import { stepsOf } from './steps.ts';
import type { Change, Plan, PlannedHost, Reservations, Step, Summary } from './types.ts';

export interface PlanOptions {
  /** Carry out steps that can hurt. */
  readonly allowHazards?: boolean;
  /** Absolute paths of which, and of all below them, containers may mount even what is refused else. */
  readonly allowedMounts?: readonly string[];
  /** Delete whatever the manifests do not name, however much it is, and create whatever they name. */
  readonly allowPrune?: boolean;
  /** The manifests are not the reason of a deletion: somebody asked for it by name. */
  readonly destroy?: boolean;
  /** Plan for these alone, and delete none of the others. */
  readonly only?: ReadonlySet<ContainerName>;
  /** Names that steps are being carried out for at this moment: they are left out. */
  readonly busy?: ReadonlySet<string>;
  /** False while the manifest of a container is still being written: its deletion or restart that it asks for waits. By default all are. */
  readonly isSettled?: (name: ContainerName) => boolean;
  /** A process that ended waits for its back-off, as under a watch; else it starts again at once, as whoever applies expects. */
  readonly backoff?: boolean;
  /** Monotonic milliseconds before which a container that failed is left alone. */
  readonly heldUntilMs?: ReadonlyMap<string, number>;
  /** What of this host is kept from the containers. */
  readonly reservations?: Reservations;
  /** Kept from plan to plan by whoever plans again and again. */
  readonly memory?: PlanMemory;
}

/**
 * The plan that leads from what the host shows to what the manifests ask. Pure: the same two states
 * give the same plan, and nothing is read or written.
 */
export function makePlan(
  desired: DesiredState,
  observed: ObservedState,
  codec: ResourceCodec,
  options: PlanOptions = {},
): Plan {
  const asked = options.only === undefined ? desired.containers : containersNamed(desired, options.only);
  const wanted = indexed(asked.filter((container) => isPlanned(container, options)));
  const present = indexed(observed.containers.filter((container) => isPlanned(container, options)));
  const { memory = openPlanMemory(), allowHazards = false, allowedMounts = [], backoff = false, isSettled = () => true, heldUntilMs = new Map<string, number>() } = options;
  const vanished = [...present.values()].filter((container) => !wanted.has(container.name));
  const allowed = options.allowPrune === true;
  const guard = pruneGuard(desired, { owned: observed.containers.filter(isJudged), vanished: vanished.filter(isJudged), allowed });
  memory.begin(observed.host, codec);
  const replaced = options.only !== undefined || vanished.some(isJudged);
  const context = { observed, codec, memory, allowHazards, allowedMounts, backoff, isSettled, replaced, heldUntilMs, refusedGroups: guard.creation };
  const reason = options.destroy === true ? 'destroy-asked' : 'not-in-manifests';
  const judged = [
    ...[...wanted.values()].map((container) => changeOf(container, present.get(container.name), context)),
    ...vanished.map((container) => deletionOf(container, { ...guardOf(container, guard, options), reason, isSettled })),
  ].sort(compareNames);
  const { reservations = {} } = options;
  const { changes, ...fit } = fitToHost(judged, { desired, observed, codec, reservations, whole: options.only === undefined });
  const steps = changes.flatMap((change) => stepsOf(change, pairOf(change, wanted, present), context));
  return {
    formatVersion: '1',
    revision: desired.revision,
    host: plannedHost(observed),
    changes,
    summary: summarize(changes),
    ...fit,
    steps: [...orderSteps([...steps, ...jailSteps(observed, changes)])],
  };
}

/** The containers of which it matters what they use: a plan made without knowing it may be another one. */
export function namesToMeasure({ changes }: Plan): ReadonlySet<ContainerName> {
  return new Set(changes.filter(isUsageDecisive).map(({ name }) => name));
}

/** What goes hurts nobody by the way, a limit that nothing can be above hurts nobody at all. */
function isUsageDecisive({ action, fields, hazards, refusals }: Change): boolean {
  if (action === 'delete' || (action === 'none' && fields.length === 0 && refusals.length === 0)) return false;
  return action !== 'update' || hazards.length > 0 || refusals.length > 0;
}

/** Whoever destroys by name says what is to go. */
function guardOf(
  container: ObservedContainer,
  { deletion, hazard }: PruneGuard,
  { destroy = false }: PlanOptions,
): Pick<DeletionContext, 'guarded' | 'hazards'> {
  if (isRemains(container)) return { guarded: undefined, hazards: [] };
  return { guarded: deletion, hazards: destroy || hazard === undefined ? [] : [hazard] };
}

function plannedHost({ host: { cgroupMode, runtime, runtimeReason } }: ObservedState): PlannedHost {
  return { cgroupMode, runtime, runtimeReason };
}

/** Number of changes by action; a refused container counts as refused alone. */
export function summarize(changes: readonly Change[]): Summary {
  const count = (test: (change: Change) => boolean): number => changes.filter(test).length;
  return {
    create: count(({ action }) => action === 'create'),
    update: count(({ action }) => action === 'update'),
    restart: count(({ action }) => action === 'restart'),
    replace: count(({ action }) => action === 'replace'),
    delete: count(({ action }) => action === 'delete'),
    unchanged: count(({ action, reason }) => action === 'none' && reason !== 'refused'),
    refused: count(({ reason }) => reason === 'refused'),
  };
}

function isPlanned({ name }: { readonly name: ContainerName }, { only, busy }: PlanOptions): boolean {
  return busy?.has(name) !== true && (only === undefined || only.has(name));
}

function isJudged(container: ObservedContainer): boolean {
  return container.claim === undefined && !isRemains(container);
}

function indexed<Item extends { readonly name: ContainerName }>(items: readonly Item[]): Map<ContainerName, Item> {
  return new Map(items.map((item) => [item.name, item]));
}

function compareNames(a: Change, b: Change): number {
  return a.name < b.name ? -1 : 1;
}

function pairOf(
  { name }: Change,
  wanted: ReadonlyMap<ContainerName, DesiredContainer>,
  present: ReadonlyMap<ContainerName, ObservedContainer>,
): { readonly desired?: DesiredContainer; readonly observed?: ObservedContainer } {
  const desired = wanted.get(name);
  const observed = present.get(name);
  return { ...(desired === undefined ? {} : { desired }), ...(observed === undefined ? {} : { observed }) };
}

/**
 * Removes the jails that no container needs once the changes are done. What is made anew has the jail
 * of its manifest.
 */
function jailSteps(observed: ObservedState, changes: readonly Change[]): Step[] {
  const renewed = changes.filter(({ action }) => action !== 'none' && action !== 'update');
  const leaving = new Set(renewed.map(({ name }) => name));
  const used = new Set(Object.values(observed.rootfs).map((rootfs) => rootfs.id));
  for (const { name, bundle } of observed.containers) {
    if (bundle !== undefined && !leaving.has(name)) used.add(bundle.rootfsId);
  }
  const unused = observed.jails.filter((jail) => !used.has(jail));
  return unused.map((jail) => ({ kind: 'remove-jail', phase: 'prune', lane: `jail ${jail}`, jail }));
}
