import { availableParallelism } from 'node:os';
import type { ReconcileError } from '../errors.ts';
import { asReconcileError } from '../unexpected-error.ts';
import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import { lanesOf, phasesOf, subjectOf } from '../plan/order.ts';
import type { Plan, Step } from '../plan/types.ts';
import { byName } from '../state/desired.ts';
import type { DesiredState } from '../state/desired.ts';
import type { Slots } from './slots.ts';
import { openSlots } from './slots.ts';
import { runStep } from './steps.ts';
import type { StepContext } from './steps.ts';
import type { StopSignals } from './stop-signals.ts';
import { openStopSignals } from './stop-signals.ts';

export interface ApplyOptions {
  /** Aborting lets the containers in hand be finished, for a moment, and skips the rest. */
  readonly signal?: AbortSignal;
  /** Lanes at the same time; by default two a CPU. Lanes that wait for a process to end do not count. */
  readonly concurrency?: number;
  readonly onStep?: (event: StepEvent) => void;
}

export type StepEvent =
  | { readonly type: 'started'; readonly step: Step }
  | { readonly type: 'finished'; readonly step: Step; readonly durationMs: number }
  | { readonly type: 'failed'; readonly step: Step; readonly error: ReconcileError }
  | { readonly type: 'skipped'; readonly step: Step };

export interface ApplyResult {
  readonly done: number;
  readonly skipped: number;
  readonly failed: readonly StepFailure[];
}

export interface StepFailure {
  /** The container, or the jail, that the step was for. */
  readonly name: string;
  readonly error: ReconcileError;
}

/** Less than half of the second in which a watch must end. */
const graceMs = 300;

/**
 * Carries out a plan. A step that fails ends its lane and never throws from here: the other lanes go on,
 * and the next pass starts from what the host then shows.
 */
export async function apply(
  plan: Plan,
  desired: DesiredState,
  host: Host,
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  const stop = openStopSignals(options.signal, graceMs);
  const run: Run = {
    context: {
      host,
      desired: byName(desired),
      overlays: new Map(),
      signal: stop.overdue,
    },
    stop,
    slots: openSlots(options.concurrency ?? lanesAtOnce(plan)),
    emit: options.onStep ?? (() => undefined),
    failed: new Map(),
    done: 0,
    skipped: 0,
  };
  try {
    for (const phase of phasesOf(plan.steps)) {
      await Promise.all(lanesOf(phase).map((lane) => runLane(lane, run)));
    }
  } finally {
    stop.close();
  }
  const failed = [...run.failed].map(([name, error]) => ({ name, error }));
  return { done: run.done, skipped: run.skipped, failed };
}

/** To ask how many CPUs there are takes longer than to write a limit. */
function lanesAtOnce({ steps }: Plan): number {
  return steps.every(({ lane }) => lane === steps[0]?.lane) ? 1 : 2 * availableParallelism();
}

interface Run {
  readonly context: StepContext;
  readonly stop: StopSignals;
  readonly slots: Slots;
  readonly emit: (event: StepEvent) => void;
  readonly failed: Map<string, ReconcileError>;
  done: number;
  skipped: number;
}

interface Lane {
  /** A step of it failed or was skipped. */
  broken: boolean;
  /** The container in hand: the last one that a step was carried out for. */
  inHand?: string;
}

async function runLane(steps: readonly Step[], run: Run): Promise<void> {
  const lane: Lane = { broken: false };
  for (const stretch of stretchesOf(steps)) {
    const runAll = async (): Promise<void> => {
      for (const step of stretch) await runOne(step, lane, run);
    };
    await (stretch[0]?.kind === 'stop' ? runAll() : run.slots.hold(runAll));
  }
}

/** A `stop` only waits, which takes no slot: it stands alone between stretches of work. */
function stretchesOf(steps: readonly Step[]): Step[][] {
  const stretches: Step[][] = [];
  for (const step of steps) {
    const last = stretches.at(-1);
    if (last === undefined || step.kind === 'stop' || last[0]?.kind === 'stop') stretches.push([step]);
    else last.push(step);
  }
  return stretches;
}

async function runOne(step: Step, lane: Lane, run: Run): Promise<void> {
  const name = subjectOf(step);
  if (lane.broken || run.failed.has(name) || isStopped(name, lane, run) || isTooEarly(step, run)) return skip(step, lane, run);
  lane.inHand = name;
  // What node has behind `performance` it loads when that is first asked for: the first limit would wait for it.
  const startedMs = monotonicMs();
  run.emit({ type: 'started', step });
  try {
    await runStep(step, run.context);
    run.done += 1;
    run.emit({ type: 'finished', step, durationMs: monotonicMs() - startedMs });
  } catch (error) {
    // Whatever fails once its time is over was cut off by us.
    if (isOverdue(run)) return skip(step, lane, run);
    const failure = asReconcileError(error, `${subjectOf(step)}: ${step.kind}`);
    lane.broken = true;
    run.failed.set(name, failure);
    run.emit({ type: 'failed', step, error: failure });
  }
}

function isStopped(name: string, lane: Lane, run: Run): boolean {
  return isOverdue(run) || (run.stop.asked?.aborted === true && lane.inHand !== name);
}

/** A container whose steps did not all succeed may still run from the jail that the plan saw no more use for. */
function isTooEarly(step: Step, { failed, skipped }: Run): boolean {
  return step.kind === 'remove-jail' && (failed.size > 0 || skipped > 0);
}

function isOverdue({ stop }: Run): boolean {
  return stop.overdue.aborted;
}

function skip(step: Step, lane: Lane, run: Run): void {
  lane.broken = true;
  run.skipped += 1;
  run.emit({ type: 'skipped', step });
}
