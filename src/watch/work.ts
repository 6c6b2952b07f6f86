import { apply } from '../apply/apply.ts';
import type { StepEvent } from '../apply/apply.ts';
import { isOfDisk } from '../errors.ts';
import type { ReconcileError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { Change, Plan } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { DesiredState } from '../state/desired.ts';
import type { Ending, InHand } from './in-hand.ts';
import { openInHand } from './in-hand.ts';
import type { PassHooks } from './pass.ts';
import type { Retry } from './retry.ts';
import { openRetry } from './retry.ts';
import { wakeAll, wakeContainer } from './wake.ts';
import type { WatchOptions } from './watch.ts';

/** The plans being carried out, side by side, and what their ends mean for the next looks. */
export interface Work {
  /** Containers and jails that steps are being carried out for. */
  readonly names: ReadonlySet<string>;
  /** Monotonic milliseconds by container. */
  readonly heldUntilMs: ReadonlyMap<string, number>;
  /** These, or all, were asked for: those in hand are looked at again afterwards. */
  miss(names: ReadonlySet<ContainerName> | undefined): void;
  /** Their manifests changed: they deserve a new try. */
  forget(names: ReadonlySet<ContainerName>): void;
  /** The plan as far as it can be begun now. */
  admit(plan: Plan): Plan;
  /** Begins a plan, and waits for its end, but not for long. */
  begin(plan: Plan, desired: DesiredState): Promise<void>;
  /** Settles once nothing is in hand. */
  idle(): Promise<void>;
}

export interface WorkOptions extends PassHooks {
  readonly watch: Pick<WatchOptions, 'signal' | 'onEvent'>;
  /** Called when the last container went out of hand. */
  onIdle(): void;
  /** Whether the manifests ask for it now. */
  isWanted(name: string): name is ContainerName;
}

/** How long a plan is waited for: short enough that nobody notices, long enough for every resize. */
const patienceMs = 100;

interface State {
  readonly host: Host;
  readonly options: WorkOptions;
  readonly retry: Retry;
  readonly inHand: InHand;
  readonly applying: Set<Promise<unknown>>;
  jailsWait: boolean;
}

export function openWork(host: Host, options: WorkOptions): Work {
  const retry = openRetry();
  const inHand = openInHand((ending) => { end(ending, state); });
  const state: State = { host, options, retry, inHand, applying: new Set(), jailsWait: false };
  return {
    names: inHand.names,
    heldUntilMs: retry.heldUntilMs,
    miss: inHand.miss,
    forget(names) {
      retry.forget(names);
      retry.expire(monotonicMs());
    },
    admit(plan) {
      for (const change of plan.changes) note(change, state);
      return withoutEarlyJails(plan, state);
    },
    begin: (plan, desired) => carryOut(plan, desired, state),
    async idle() {
      await Promise.allSettled(state.applying);
    },
  };
}

function note(change: Change, { options, retry }: State): void {
  if (change.notBeforeMs !== undefined) options.dueAt(change.name, change.notBeforeMs);
  if (change.reason === 'unchanged') retry.succeeded(change.name);
  if (change.action !== 'none' && change.reason === 'drift') retry.healed(change.name, monotonicMs());
  if (change.action === 'none') options.arm(change.name, change.pid);
}

/** A jail goes only in a pass that does nothing else: nobody can be about to use it then. */
function withoutEarlyJails(plan: Plan, state: State): Plan {
  const steps = plan.steps.filter((step) => step.kind !== 'remove-jail');
  const alone = steps.length === 0 && state.inHand.names.size === 0;
  if (steps.length === plan.steps.length || alone) return plan;
  state.jailsWait = true;
  return { ...plan, steps };
}

async function carryOut(plan: Plan, desired: DesiredState, { host, options, inHand, applying }: State): Promise<void> {
  if (plan.steps.length === 0) return;
  inHand.begin(plan.steps);
  const onStep = (event: StepEvent): void => {
    options.watch.onEvent(event);
    inHand.note(event);
  };
  const applied = apply(plan, desired, host, { signal: options.watch.signal, onStep });
  applying.add(applied);
  const ended = applied.finally(() => applying.delete(applied));
  await endsSoon(ended);
}

async function endsSoon(ended: Promise<unknown>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const patience = setTimeout(resolve, patienceMs);
  try {
    await Promise.race([ended, late]);
  } finally {
    clearTimeout(patience);
  }
}

function end({ name, error, skipped, missed }: Ending, state: State): void {
  const { options, retry } = state;
  if (options.watch.signal.aborted) return;
  if (error === undefined) retry.succeeded(name);
  else retry.failed(name, monotonicMs(), longestWaitMs(error));
  // Whatever a failure kept from its turn has it when the failed one has.
  if (skipped && error === undefined) options.allDueAt(Math.max(monotonicMs(), ...retry.heldUntilMs.values()));
  if (options.isWanted(name)) lookLater(name, missed, state);
  else leave(name, missed, state);
  if (state.inHand.names.size > 0) return;
  options.onIdle();
  if (state.jailsWait) options.wake(wakeAll);
  state.jailsWait = false;
}

/** Far less than a disk that has room again should be left idle for. */
const fullDiskMs = 5_000;

/** A removal that processes hold up waits ten seconds by itself, and looks all the while. */
const busyMs = 1_000;

function longestWaitMs(error: ReconcileError): number | undefined {
  if (error.code === 'ERR_CGROUP_BUSY') return busyMs;
  return isOfDisk(error) ? fullDiskMs : undefined;
}

function lookLater(name: ContainerName, missed: boolean, { options, retry }: State): void {
  const heldMs = retry.heldUntilMs.get(name);
  options.arm(name);
  if (heldMs !== undefined) options.dueAt(name, heldMs);
  else if (missed) options.wake(wakeContainer(name));
}

/** A deletion that failed is for a full pass to judge again. */
function leave(name: string, missed: boolean, { options, retry }: State): void {
  const heldMs = retry.heldUntilMs.get(name);
  options.disarm(name as ContainerName);
  if (heldMs !== undefined) options.allDueAt(heldMs);
  else if (missed) options.wake(wakeAll);
}
