import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { ResolvedManifests } from '../manifest/manifest.ts';
import { createResolver } from '../manifest/manifest.ts';
import { plan } from '../reconcile.ts';
import type { Source } from '../source/source.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { DesiredState } from '../state/desired.ts';
import { openReporter } from './reporter.ts';
import { changedContainers, scopeOf } from './scope.ts';
import { openSettle } from './settle.ts';
import type { Wake } from './wake.ts';
import type { WatchOptions } from './watch.ts';
import { openWork } from './work.ts';

/** What passes ask of the watch that runs them. */
export interface PassHooks {
  wake(wake: Wake): void;
  /** A container is to be looked at then. Monotonic milliseconds. */
  dueAt(name: ContainerName, atMs: number): void;
  /** Everything is to be looked at then. */
  allDueAt(atMs: number): void;
  /** Its cgroup may be there, maybe a new one: watch it. */
  arm(name: ContainerName): void;
  disarm(name: ContainerName): void;
}

export interface Passes {
  /** Looks, plans and begins; what takes long goes on while later passes look after the other containers. */
  run(wake: Wake): Promise<void>;
  /** Until when it is of no use to look at a container; undefined: now is good. */
  heldUntilMs(name: ContainerName): number | undefined;
  /** Settles once nothing is in hand. */
  idle(): Promise<void>;
}

/** The passes of one watch. What they remember: the manifests last read, when they changed, who failed when. */
export function openPasses(host: Host, source: Source, options: WatchOptions, hooks: PassHooks): Passes {
  const resolve = createResolver();
  const settle = openSettle(options.settleMs);
  const reporter = openReporter(options.onEvent);
  const wanted = new Set<string>();
  const isWanted = (name: string): name is ContainerName => wanted.has(name);
  const work = openWork(host, { ...hooks, watch: options, isWanted, onIdle: () => { reporter.done(); } });
  let loaded: ResolvedManifests | undefined;

  const reload = async (): Promise<ResolvedManifests> => {
    const next = resolve(await source.load());
    reporter.source(next.diagnostics);
    if (next.desired.revision !== loaded?.desired.revision) settle.changed(monotonicMs(), loaded === undefined);
    wanted.clear();
    for (const { name } of next.desired.containers) wanted.add(name);
    return next;
  };

  const converge = async (desired: DesiredState, scope: ReadonlySet<ContainerName> | undefined): Promise<void> => {
    work.miss(scope);
    const only = scope === undefined ? undefined : new Set([...scope].filter((name) => !work.names.has(name)));
    if (only?.size === 0) return;
    const planned = plan(host, desired, {
      allowHazards: options.allowHazards ?? false,
      allowPrune: options.allowPrune ?? false,
      reservations: options.reservations ?? {},
      backoff: true,
      heldUntilMs: work.heldUntilMs,
      settled: settle.isSettled(monotonicMs()),
      busy: new Set(work.names),
      ...(only === undefined ? {} : { only }),
    });
    if (only === undefined) host.cgroups.protectParent();
    const admitted = work.admit(planned.plan);
    reporter.plan(admitted);
    await work.begin(admitted, desired);
  };

  return {
    async run(wake) {
      const before = loaded;
      loaded = wake.reload || before === undefined ? await reload() : before;
      const { desired } = loaded;
      const changed = changedContainers(before?.desired, desired);
      work.forget(changed);
      for (const atMs of settle.dueMs(monotonicMs())) hooks.allDueAt(atMs);
      await converge(desired, scopeOf(wake, { before: before?.desired, desired }, changed));
      if (work.names.size === 0 && !options.signal.aborted) reporter.done();
    },
    heldUntilMs: (name) => work.heldUntilMs.get(name),
    idle: work.idle,
  };
}
