import type { Phase, Step } from './types.ts';

/**
 * Phases in the order in which they run. Limits go down before they go up, so that their sum never
 * rises on the way; resizes come before anything slow, such as the files in which they are noted, but for those that could
 * pass for somebody else's; room is made before it is taken.
 */
const order: readonly Phase[] = ['announce', 'decrease', 'increase', 'record', 'delete', 'renew', 'create', 'prune'];

/** One group of steps for each phase that has any, in the order in which they run. */
export function phasesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  return order.map((phase) => steps.filter((step) => step.phase === phase)).filter((group) => group.length > 0);
}

/** The steps in the order in which they start. */
export function orderSteps(steps: readonly Step[]): readonly Step[] {
  return phasesOf(steps).flat();
}

/** Steps of one phase by lane: what may run side by side. */
export function lanesOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const lanes = new Map<string, Step[]>();
  for (const step of steps) {
    const lane = lanes.get(step.lane);
    if (lane === undefined) lanes.set(step.lane, [step]);
    else lane.push(step);
  }
  return [...lanes.values()];
}

/** The container, or the jail, that a step is for. */
export function subjectOf(step: Step): string {
  return step.kind === 'remove-jail' ? step.jail : step.container;
}
