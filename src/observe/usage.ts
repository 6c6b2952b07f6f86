import type { Host } from '../host/host.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { ObservedContainer, ObservedState } from '../state/observed.ts';

/**
 * Adds what containers use, which decides what a change of theirs can hurt; that of a container that stays as it is
 * decides nothing. Gives `observed` itself where there is nothing to add.
 *
 * @param names measure these alone; by default all
 */
export function withUsage(observed: ObservedState, { cgroups }: Pick<Host, 'cgroups'>, names?: ReadonlySet<ContainerName>): ObservedState {
  const isMissing = ({ name, cgroup }: ObservedContainer): boolean =>
    cgroup !== undefined && cgroup.usage === undefined && (names === undefined || names.has(name));
  if (!observed.containers.some(isMissing)) return observed;
  return {
    ...observed,
    containers: observed.containers.map((container) => {
      const { name, cgroup } = container;
      return cgroup === undefined || !isMissing(container) ? container : { ...container, cgroup: { ...cgroup, usage: cgroups.usage(name) } };
    }),
  };
}
