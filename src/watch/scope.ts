import equal from 'fast-deep-equal';
import type { ContainerName } from '../state/container-name.ts';
import { byName, containersNamed } from '../state/desired.ts';
import type { DesiredState } from '../state/desired.ts';
import type { Wake } from './wake.ts';

/**
 * The containers that a pass must look at, or undefined for all of them. Names that no manifest has
 * are left to the full passes: only they can judge a deletion. Manifests that are new ask for a full
 * pass, since whether they may be created depends on what is gone.
 */
export function scopeOf(
  wake: Wake,
  { before, desired }: { readonly before: DesiredState | undefined; readonly desired: DesiredState },
  changed: ReadonlySet<ContainerName>,
): ReadonlySet<ContainerName> | undefined {
  if (wake.full || hasNew(changed, before)) return undefined;
  return new Set(containersNamed(desired, [...new Set([...wake.names, ...changed])]).map(({ name }) => name));
}

/** True where `after` may have something deleted that `before` had not: names are gone, or prove something only now. */
export function mayDelete(before: DesiredState, after: DesiredState): boolean {
  if (before.complete !== after.complete) return true;
  const index = byName(after);
  return before !== after && before.containers.some(({ name }) => !index.has(name));
}

/** Every foreign write to a cgroup file comes by here, with nothing changed: then no list of names is made. */
function hasNew(changed: ReadonlySet<ContainerName>, before: DesiredState | undefined): boolean {
  if (changed.size === 0) return false;
  const old = before === undefined ? undefined : byName(before);
  return [...changed].some((name) => old?.has(name) !== true);
}

/** The containers that are new, or asked for differently, in `after`. */
export function changedContainers(before: DesiredState | undefined, after: DesiredState): ReadonlySet<ContainerName> {
  if (before === after) return new Set();
  const old = before === undefined ? undefined : byName(before);
  return new Set(after.containers.filter((item) => !equal(old?.get(item.name), item)).map(({ name }) => name));
}
