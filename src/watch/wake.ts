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

/** Wakes that wait for one pass, which covers them all. To add one costs what that one names. */
export interface Gathered {
  add(wake: Wake): void;
  /** All that was added since the last call; undefined: nothing was. */
  take(): Wake | undefined;
}

export function gatherWakes(): Gathered {
  let gathered: { reload: boolean; full: boolean; readonly names: Set<ContainerName> } | undefined;
  return {
    add({ reload, full, names }) {
      gathered ??= { reload: false, full: false, names: new Set() };
      gathered.reload ||= reload;
      gathered.full ||= full;
      for (const name of names) gathered.names.add(name);
    },
    take() {
      const taken = gathered;
      gathered = undefined;
      return taken;
    },
  };
}
