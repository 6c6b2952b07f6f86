import type { DesiredState } from '../state/desired.ts';
import type { ObservedContainer } from '../state/observed.ts';
import type { Hazard, Refusal } from './types.ts';

/** What must not be done while the manifests look as if somebody had lost them. */
export interface PruneGuard {
  /** Why nothing may be deleted; absent where deleting is what was meant. */
  readonly deletion?: Refusal;
  /**
   * Why the first container of a manifest may not be created, by group. Each new manifest would make those
   * that are gone look fewer, until a later pass took them for deleted on purpose.
   */
  readonly creation: ReadonlyMap<string, Refusal>;
  /** What the deletions would cost, allowed or not; absent where so few go that nobody need be asked. */
  readonly hazard?: Hazard;
}

/**
 * Judges how much of what is on the host the manifests no longer name. It counts manifests, not
 * replicas: scaling down is an edit that someone made, a vanished manifest may be an accident.
 * Where deleting much is allowed, only the hazard says what it costs; what a manifest that cannot be read might name is kept even then.
 *
 * @param options.owned everything of ours on the host
 * @param options.vanished those of `owned` that no manifest names
 * @param options.allowed deleting much is what was meant
 */
export function pruneGuard(
  desired: DesiredState,
  { owned, vanished, allowed }: { readonly owned: readonly ObservedContainer[]; readonly vanished: readonly ObservedContainer[]; readonly allowed: boolean },
): PruneGuard {
  if (vanished.length === 0) return nothingGoes;
  const named = new Set(desired.containers.map((container) => container.group));
  const gone = vanished.filter((container) => !named.has(groupOf(container)));
  const goneCount = new Set(gone.map(groupOf)).size;
  const present = new Set(owned.map(groupOf));
  const isReboot = !gone.some(isContainer);
  const count = isReboot ? new Set([...present, ...named]).size : present.size;
  const most = goneCount * 2 > count ? `${goneCount} of ${count} manifests are gone, more than half` : undefined;
  const deletion = deletionReason(desired, most);
  const cost = `deletes ${vanished.length} of ${owned.length} containers`;
  if (allowed && desired.complete) return { creation: new Map(), ...(deletion === undefined ? {} : { hazard: hazard(deletion, cost) }) };
  const newcomers = allowed || most === undefined || isReboot ? [] : [...named].filter((group) => !present.has(group));
  return {
    ...(deletion === undefined ? {} : { deletion: refusal(`not deleted: ${deletion}`, desired) }),
    ...(deletion === undefined || !desired.complete ? {} : { hazard: hazard(`not deleted: ${deletion}`, cost) }),
    creation: new Map(newcomers.map((group) => [group, refusal(`not created: ${most}`, desired)])),
  };
}

const nothingGoes: PruneGuard = { creation: new Map() };

/** What an interrupted removal leaves: a folder that holds nothing anybody wrote and nothing that runs. It stands for no manifest. */
export function isRemains({ bundle, cgroup, layer, log }: ObservedContainer): boolean {
  return bundle === undefined && cgroup === undefined && !layer && log === undefined;
}

const allowHint = 'if this is meant, allow it with --allow-prune, or use destroy';

function deletionReason(desired: DesiredState, most: string | undefined): string | undefined {
  if (!desired.complete) return 'a manifest could not be read, so a missing one proves nothing';
  if (desired.containers.length === 0) return 'the source holds no manifest at all';
  return most;
}

function groupOf(container: ObservedContainer): string {
  return container.bundle?.group ?? container.name;
}

/** A writable layer alone is what a reboot leaves: then all that is named counts as if it had been there. */
function isContainer({ bundle, cgroup }: ObservedContainer): boolean {
  return bundle !== undefined || cgroup !== undefined;
}

function refusal(message: string, { complete }: DesiredState): Refusal {
  return { path: '', message, hint: complete ? allowHint : 'mend the manifests first' };
}

function hazard(message: string, cost: string): Hazard {
  return { code: 'prune-of-many', path: '', message, cost, hint: allowHint, blocking: true, allowedBy: '--allow-prune' };
}
