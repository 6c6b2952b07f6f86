import { apply } from './apply/apply.ts';
import type { ApplyOptions, ApplyResult } from './apply/apply.ts';
import type { Host } from './host/host.ts';
import { resolveManifests } from './manifest/manifest.ts';
import type { ResolvedManifests } from './manifest/manifest.ts';
import { type Observer, openObserver } from './observe/observe.ts';
import { withUsage } from './observe/usage.ts';
import { openPlanMemory } from './plan/memory.ts';
import { makePlan, namesToMeasure } from './plan/plan.ts';
import type { PlanOptions } from './plan/plan.ts';
import type { Plan } from './plan/types.ts';
import type { Source } from './source/source.ts';
import type { DesiredState } from './state/desired.ts';
import type { ObservedState } from './state/observed.ts';

export interface Planned {
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly plan: Plan;
}

export interface ReconcileOptions extends PlanOptions, ApplyOptions {
  /** Shown the plan before anything is done; false ends the pass there. */
  readonly confirm?: (planned: Planned) => Promise<boolean> | boolean;
}

/** load: the manifests, and everything that is wrong with them. */
export async function load(source: Source): Promise<ResolvedManifests> {
  return resolveManifests(await source.load());
}

/** observe, diff, plan: what would be done for `desired`. Writes nothing. */
export function plan(host: Host, desired: DesiredState, options: PlanOptions = {}): Planned {
  return openPlanner(host)(desired, options);
}

/** `plan` that remembers: whatever is as it was costs a look, and no thought. */
export function openPlanner(host: Host): (desired: DesiredState, options: PlanOptions, glances?: Parameters<Observer>[2]) => Planned {
  const observe = openObserver(host);
  const memory = openPlanMemory();
  return (desired, options, glances) => {
    const planFor = (observed: ObservedState): Plan => makePlan(desired, observed, host.cgroups.codec, { ...options, memory });
    const found = observe(desired, options.only, glances);
    const draft = planFor(found);
    const observed = withUsage(found, host, namesToMeasure(draft));
    return { desired, observed, plan: observed === found ? draft : planFor(observed) };
  };
}

/** One pass: observe, diff, plan, apply. */
export async function reconcile(
  host: Host,
  desired: DesiredState,
  options: ReconcileOptions = {},
): Promise<Planned & { readonly result?: ApplyResult }> {
  const planned = plan(host, desired, options);
  if ((await options.confirm?.(planned)) === false) return planned;
  host.cgroups.protectParent();
  return { ...planned, result: await apply(planned.plan, desired, host, options) };
}
