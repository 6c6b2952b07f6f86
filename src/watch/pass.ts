import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { ResolvedManifests } from '../manifest/manifest.ts';
import { createResolver } from '../manifest/manifest.ts';
import type { Plan } from '../plan/types.ts';
import { reconcile } from '../reconcile.ts';
import type { Source } from '../source/source.ts';
import type { ContainerName } from '../state/container-name.ts';
import { openReporter } from './reporter.ts';
import { openRetry } from './retry.ts';
import { changedContainers, scopeOf } from './scope.ts';
import { openSettle } from './settle.ts';
import type { Wake } from './wake.ts';
import type { WatchOptions } from './watch.ts';

export interface PassOutcome {
  /** Monotonic milliseconds at which a full pass is due, whatever happens. */
  readonly dueMs: readonly number[];
  /** Containers whose cgroups should be watched. */
  readonly watched: ReadonlySet<ContainerName>;
}

export interface Passes {
  run(wake: Wake): Promise<PassOutcome>;
}

/** The passes of one watch. What they remember: the manifests last read, when they changed, who failed when. */
export function openPasses(host: Host, source: Source, options: WatchOptions): Passes {
  const resolve = createResolver();
  const settle = openSettle(options.settleMs);
  const retry = openRetry();
  const reporter = openReporter(options.onEvent);
  const watched = new Set<ContainerName>();
  let loaded: ResolvedManifests | undefined;

  const reload = async (): Promise<ResolvedManifests> => {
    const next = resolve(await source.load());
    reporter.source(next.diagnostics);
    if (next.desired.revision !== loaded?.desired.revision) settle.changed(monotonicMs(), loaded === undefined);
    return next;
  };

  const converge = async (wake: Wake): Promise<Plan | undefined> => {
    const before = loaded;
    loaded = wake.reload || before === undefined ? await reload() : before;
    const { desired } = loaded;
    const changed = changedContainers(before?.desired, desired);
    retry.forget(changed);
    const only = scopeOf(wake, desired, changed);
    if (only?.size === 0) return undefined;
    const { plan, result } = await reconcile(host, desired, {
      signal: options.signal,
      allowHazards: options.allowHazards ?? false,
      allowPrune: options.allowPrune ?? false,
      heldUntilMs: retry.heldUntilMs,
      settled: settle.isSettled(monotonicMs()),
      onStep: options.onEvent,
      confirm: ({ plan: next }) => { reporter.plan(next); return true; },
      ...(only === undefined ? {} : { only }),
    });
    retry.note(containersOf(plan), result?.failed ?? [], monotonicMs());
    return plan;
  };

  return {
    async run(wake) {
      const plan = await converge(wake);
      if (!options.signal.aborted) reporter.done();
      if (plan !== undefined) noteWatched(watched, plan);
      return { dueMs: [...waitsOf(plan), ...retry.heldUntilMs.values(), ...settle.dueMs(monotonicMs())], watched };
    },
  };
}

function containersOf(plan: Plan): ReadonlySet<string> {
  return new Set(plan.steps.map((step) => (step.kind === 'remove-jail' ? step.jail : step.container)));
}

function noteWatched(watched: Set<ContainerName>, plan: Plan): void {
  for (const { name, action } of plan.changes) {
    if (action === 'delete') watched.delete(name);
    else watched.add(name);
  }
}

function waitsOf(plan: Plan | undefined): number[] {
  return plan?.changes.flatMap((change) => change.notBeforeMs ?? []) ?? [];
}
