import type { DesiredState } from '../state/desired.ts';
import type { ObservedContainer } from '../state/observed.ts';
import type { Refusal } from './types.ts';

/**
 * Why nothing may be deleted, or undefined where deleting is what was meant. It counts manifests,
 * not replicas: scaling down is an edit that someone made, a vanished manifest may be an accident.
 *
 * @param owned everything of ours on the host
 * @param vanished those of `owned` that no manifest names
 */
export function pruneRefusal(
  desired: DesiredState,
  owned: readonly ObservedContainer[],
  vanished: readonly ObservedContainer[],
): Refusal | undefined {
  if (!desired.complete) {
    return refusal('a manifest could not be read, so a missing one proves nothing', 'mend the manifests first');
  }
  const named = new Set(desired.containers.map((container) => container.group));
  const groups = new Set(owned.map(groupOf));
  const gone = new Set(vanished.map(groupOf).filter((group) => !named.has(group)));
  if (gone.size === 0) return undefined;
  const allow = 'if this is meant, allow it with --allow-prune, or use destroy';
  if (desired.containers.length === 0) return refusal('the source holds no manifest at all', allow);
  if (gone.size * 2 <= groups.size) return undefined;
  return refusal(`it is one of ${gone.size} of ${groups.size} manifests that are gone, more than half`, allow);
}

function groupOf(container: ObservedContainer): string {
  return container.bundle?.group ?? container.name;
}

function refusal(reason: string, hint: string): Refusal {
  return { path: '', message: `not deleted: ${reason}`, hint };
}
