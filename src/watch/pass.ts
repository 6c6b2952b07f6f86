import type { Host } from '../host/host.ts';
import { cpuMs, monotonicMs } from '../host/proc/clock.ts';
import { createResolver } from '../manifest/resolver.ts';
import type { Change } from '../plan/types.ts';
import { openPlanner } from '../reconcile.ts';
import type { Source } from '../source/source.ts';
import type { ContainerName } from '../state/container-name.ts';
import { byName } from '../state/desired.ts';
import type { DesiredState } from '../state/desired.ts';
import { editsBetween } from './edits.ts';
import type { Reading } from './edits.ts';
import { openReporter } from './reporter.ts';
import type { Reporter } from './reporter.ts';
import { changedContainers, namesKnown, scopeOf } from './scope.ts';
import { openSettle } from './settle.ts';
import type { Settle } from './settle.ts';
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
  /** Its cgroup may be there, maybe a new one: watch it. Cheap where `pid`, of its init process, is as before. */
  arm(name: ContainerName, pid?: number): void;
  disarm(name: ContainerName): void;
  /** Whoever writes a file of its cgroup is noticed. */
  isArmed(name: ContainerName): boolean;
  /** A look at everything took this much CPU time. */
  looked(cpuMs: number): void;
}

export interface Passes {
  /** Looks, plans and begins; what takes long goes on while later passes look after the other containers. */
  run(wake: Wake): Promise<void>;
  /** Until when it is of no use to look at a container; undefined: now is good. */
  heldUntilMs(name: ContainerName): number | undefined;
  /** Settles once nothing is in hand. */
  idle(): Promise<void>;
}

/** The passes of one watch. What they remember: the manifests last read, when they were edited, who failed when. */
export function openPasses(host: Host, source: Source, options: WatchOptions, hooks: PassHooks): Passes {
  const plan = openPlanner(host);
  const settle = openSettle(options.settleMs);
  const reporter = openReporter(options.onEvent);
  const read = openReader(source, reporter);
  const isWanted = (name: string): name is ContainerName => loaded !== undefined && byName(loaded.desired).has(name as ContainerName);
  const work = openWork(host, { ...hooks, watch: options, isWanted, onIdle: () => { reporter.done(); } });
  const { allowHazards = false, allowPrune = false, reservations = {} } = options;
  const allowed = { allowHazards, allowPrune, reservations };
  let loaded: Reading | undefined;
  let known: ReadonlySet<ContainerName> = new Set();

  const converge = async (desired: DesiredState, { scope, glances }: Scope): Promise<void> => {
    work.miss(scope);
    const only = scope === undefined ? undefined : new Set([...scope].filter((name) => !work.names.has(name)));
    if (only?.size === 0) return;
    const nowMs = monotonicMs();
    const startedMs = only === undefined ? cpuMs() : 0;
    const planned = plan(desired, {
      ...allowed,
      backoff: true,
      heldUntilMs: work.heldUntilMs,
      isSettled: (name) => settle.isSettled(name, nowMs),
      busy: new Set(work.names),
      ...(only === undefined ? {} : { only }),
    }, glances);
    if (only === undefined) {
      hooks.looked(cpuMs() - startedMs);
      host.cgroups.protectParent();
    }
    const admitted = work.admit(planned.plan);
    lookAgain(admitted.changes, { hooks, settle, isWanted });
    if (only !== undefined || desired.complete) settle.judged(nowMs, only);
    reporter.plan(admitted);
    await work.begin(admitted, desired);
  };

  return {
    async run(wake) {
      const before = loaded;
      loaded = wake.reload || before === undefined ? await read(!wake.full) : before;
      const { desired } = loaded;
      const changed = changedContainers(before?.desired, desired);
      work.forget(changed);
      if (before !== undefined && before !== loaded) settle.edited(editsBetween(before, loaded, changed), monotonicMs());
      const scope = scopeOf(wake, { known, desired }, changed);
      if (before !== loaded) known = namesKnown(known, desired);
      await converge(desired, { scope, glances: new Set([...changed].filter((name) => !wake.names.has(name) && hooks.isArmed(name))) });
      const goneDueMs = settle.goneDueMs();
      // While a manifest cannot be read nobody is known to be gone.
      if (goneDueMs !== undefined && desired.complete) hooks.allDueAt(goneDueMs);
      if (work.names.size === 0 && !options.signal.aborted) reporter.done();
    },
    heldUntilMs: (name) => work.heldUntilMs.get(name),
    idle: work.idle,
  };
}

interface Scope {
  /** Undefined: everything. */
  readonly scope: ReadonlySet<ContainerName> | undefined;
  /** Only their manifest changed. */
  readonly glances: ReadonlySet<ContainerName>;
}

/** Reads the manifests, and tells what is wrong with them. */
function openReader(source: Source, reporter: Reporter): (told: boolean) => Promise<Reading> {
  const resolve = createResolver();
  return async (told) => {
    const loaded = await source.load({ told });
    const { desired, diagnostics } = resolve(loaded);
    reporter.source(diagnostics);
    return { files: loaded.files, desired };
  };
}

/** What waits for its manifest to lie still is looked at once it does. Of those that are gone a full pass alone can judge. */
function lookAgain(
  changes: readonly Change[],
  { hooks, settle, isWanted }: { readonly hooks: PassHooks; readonly settle: Settle; readonly isWanted: (name: string) => boolean },
): void {
  for (const { name, reason, notBeforeMs } of changes) {
    if (reason !== 'waiting' || notBeforeMs !== undefined) continue;
    if (isWanted(name)) hooks.dueAt(name, settle.dueMs(name));
    else hooks.allDueAt(settle.dueMs(name));
  }
}
