import type { ContainerName } from '../state/container-name.ts';

/** Why a pass runs and how much of the world it looks at. It carries no meaning beyond that. */
export interface Wake {
  /** Read the manifests again, and look at the containers whose manifests changed. */
  readonly reload: boolean;
  /** Look at everything. */
  readonly full: boolean;
  /** Look at these containers. */
  readonly names: ReadonlySet<ContainerName>;
}

const noNames: ReadonlySet<ContainerName> = new Set();

/** Everything, manifests too. */
export const wakeAll: Wake = { reload: true, full: true, names: noNames };

/** The manifests, and what changed in them. */
export const wakeSource: Wake = { reload: true, full: false, names: noNames };

/** One container. */
export function wakeContainer(name: ContainerName): Wake {
  return wakeContainers(new Set([name]));
}

/** Some containers. */
export function wakeContainers(names: ReadonlySet<ContainerName>): Wake {
  return { reload: false, full: false, names };
}

/** One wake that covers both. */
export function mergeWakes(a: Wake, b: Wake): Wake {
  return { reload: a.reload || b.reload, full: a.full || b.full, names: new Set([...a.names, ...b.names]) };
}
