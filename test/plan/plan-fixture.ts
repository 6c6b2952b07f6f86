import { expect } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import type { Change, Plan } from '../../src/plan/types.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredState, observedState } from '../support/containers.ts';

/** The plan on a host with cgroup v2. */
export function planFor(desired: readonly DesiredContainer[], observed: readonly ObservedContainer[], options: PlanOptions = {}): Plan {
  return makePlan(desiredState(desired), observedState(observed, desired), codecs.unified, options);
}

export function onlyChange(plan: Plan): Change {
  expect(plan.changes).toHaveLength(1);
  return plan.changes[0] as Change;
}

/** `file=value` of each write, in order. */
export function writesOf(plan: Plan): string[] {
  return plan.steps.flatMap((step) => (step.kind === 'write-limits' ? step.writes.map(({ file, value }) => `${file}=${value}`) : []));
}

/** The container with other contents in some of its cgroup files. */
export function withFiles(container: ObservedContainer, files: Readonly<Record<string, string>>): ObservedContainer {
  const cgroup = container.cgroup as NonNullable<ObservedContainer['cgroup']>;
  return { ...container, cgroup: { ...cgroup, files: { ...cgroup.files, ...files } } };
}

export function kindsOf(plan: Plan): string[] {
  return plan.steps.map((step) => step.kind);
}
