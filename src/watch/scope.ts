import equal from 'fast-deep-equal';
import type { ContainerName } from '../state/container-name.ts';
import { byName, containersNamed } from '../state/desired.ts';
import type { DesiredState } from '../state/desired.ts';
import type { Wake } from './wake.ts';

/**
 * The containers that a pass must look at, or undefined for all of them. Names that no manifest has
 * are left to the full passes: only they can judge a deletion. Manifests that are new ask for a full
 * pass, since whether they may be created depends on what is gone.
 *
 * @param known the names that the manifests had before
 */
export function scopeOf(
  wake: Wake,
  { known, desired }: { readonly known: ReadonlySet<ContainerName>; readonly desired: DesiredState },
  changed: ReadonlySet<ContainerName>,
): ReadonlySet<ContainerName> | undefined {
  if (wake.full || [...changed].some((name) => !known.has(name))) return undefined;
  return new Set(containersNamed(desired, new Set([...wake.names, ...changed])).map(({ name }) => name));
}

/**
 * The names that manifests have: those of `after`, and where a file of it could not be understood also those of before.
 * A save that was caught half-written makes nobody new a moment later.
 */
export function namesKnown(before: ReadonlySet<ContainerName>, after: DesiredState): ReadonlySet<ContainerName> {
  if (hasTheNames(after, before)) return before;
  const names = new Set(after.containers.map(({ name }) => name));
  return after.complete ? names : new Set([...before, ...names]);
}

/** Whether it asks for exactly these. */
function hasTheNames({ containers }: DesiredState, names: ReadonlySet<ContainerName>): boolean {
  return containers.length === names.size && containers.every(({ name }) => names.has(name));
}

/** The containers that are new, or asked for differently, in `after`. */
export function changedContainers(before: DesiredState | undefined, after: DesiredState): ReadonlySet<ContainerName> {
  if (before === after) return new Set();
  const old = before === undefined ? undefined : byName(before);
  const changed = new Set<ContainerName>();
  // Most are the same object in the same place: comparing them is all that a save of one in a thousand should cost.
  after.containers.forEach((item, index) => {
    if (item !== before?.containers[index] && !equal(old?.get(item.name), item)) changed.add(item.name);
  });
  return changed;
}
