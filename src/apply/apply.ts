import { availableParallelism } from 'node:os';
import { ReconcileError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { lanesOf, phasesOf } from '../plan/order.ts';
import type { Plan, Step } from '../plan/types.ts';
import type { DesiredState } from '../state/desired.ts';
import { runEach } from './pool.ts';
import { runStep } from './steps.ts';
import type { StepContext } from './steps.ts';

export interface ApplyOptions {
  /** Aborting lets the present steps end and skips the rest. */
  readonly signal?: AbortSignal;
  /** Lanes at the same time; by default two a CPU. */
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
  const run: Run = {
    context: {
      host,
      desired: new Map(desired.containers.map((container) => [container.name, container])),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    },
    emit: options.onStep ?? (() => undefined),
    failed: new Map(),
    done: 0,
    skipped: 0,
  };
  const concurrency = options.concurrency ?? 2 * availableParallelism();
  for (const phase of phasesOf(plan.steps)) {
    await runEach(lanesOf(phase), concurrency, (lane) => runLane(lane, run));
  }
  const failed = [...run.failed].map(([name, error]) => ({ name, error }));
  return { done: run.done, skipped: run.skipped, failed };
}

interface Run {
  readonly context: StepContext;
  readonly emit: (event: StepEvent) => void;
  readonly failed: Map<string, ReconcileError>;
  done: number;
  skipped: number;
}

async function runLane(lane: readonly Step[], run: Run): Promise<void> {
  let broken = false;
  for (const step of lane) {
    const skip = broken || run.failed.has(nameOf(step)) || run.context.signal?.aborted === true;
    if (skip) {
      run.skipped += 1;
      run.emit({ type: 'skipped', step });
    } else {
      broken = !(await runOne(step, run));
    }
  }
}

async function runOne(step: Step, run: Run): Promise<boolean> {
  const startedMs = performance.now();
  run.emit({ type: 'started', step });
  try {
    await runStep(step, run.context);
    run.done += 1;
    run.emit({ type: 'finished', step, durationMs: performance.now() - startedMs });
    return true;
  } catch (error) {
    const failure = asReconcileError(error, step);
    run.failed.set(nameOf(step), failure);
    run.emit({ type: 'failed', step, error: failure });
    return false;
  }
}

function nameOf(step: Step): string {
  return step.kind === 'remove-jail' ? step.jail : step.container;
}

function asReconcileError(error: unknown, step: Step): ReconcileError {
  if (error instanceof ReconcileError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ReconcileError('ERR_INTERNAL', `${nameOf(step)}: ${step.kind}: ${reason}`, { cause: error, retryable: true });
}
