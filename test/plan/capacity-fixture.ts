import type { PlanOptions } from '../../src/plan/plan.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { CapacityResource, CapacityRow, Plan } from '../../src/plan/types.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { HostCapacity, ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredState, observedState, plainHost } from '../support/containers.ts';

export const Mi = 2 ** 20;
export const Gi = 2 ** 30;

export const roomyHost: HostCapacity = {
  memoryBytes: 8 * Gi,
  swapBytes: Gi,
  tasks: 1000,
  disk: { sizeBytes: 100 * Gi, freeBytes: 40 * Gi },
};

/** The plan on a host with 4 CPUs, 8 GiB of memory, 1 GiB of swap and 1000 tasks. */
export function planOnHost(
  desired: readonly DesiredContainer[],
  observed: readonly ObservedContainer[] = [],
  { capacity = roomyHost, ...options }: PlanOptions & { readonly capacity?: HostCapacity } = {},
): Plan {
  const host = { ...plainHost, capacity };
  return makePlan(desiredState(desired), observedState(observed, desired, host), codecs.unified, options);
}

export function rowOf(plan: Plan, resource: CapacityResource): CapacityRow | undefined {
  return plan.capacity?.rows.find((row) => row.resource === resource);
}

/** `name: reason` of each change that is not carried out, and the names of the others. */
export function outcomeOf(plan: Plan): { readonly done: string[]; readonly refused: string[] } {
  const refused = plan.changes.filter(({ reason }) => reason === 'refused').map(({ name }) => name);
  const done = plan.changes.filter(({ action }) => action !== 'none').map(({ name }) => name);
  return { done, refused };
}
