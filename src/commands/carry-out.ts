import type { StepEvent } from '../apply/apply.ts';
import type { Host } from '../host/host.ts';
import { acquireLock } from '../host/lock.ts';
import { takeUp } from '../host/take-up.ts';
import type { PlanOptions } from '../plan/plan.ts';
import type { Plan } from '../plan/types.ts';
import type { Progress } from '../render/progress.ts';
import { reconcile } from '../reconcile.ts';
import type { Planned } from '../reconcile.ts';
import type { DesiredState } from '../state/desired.ts';
import type { Invocation, Outcome } from './command.ts';

export interface CarryOutOptions extends PlanOptions {
  /** Throws where the plan is not what was agreed to. Called under the lock, before anything is shown or done. */
  readonly agree?: (planned: Planned) => void;
  /** What to ask before `plan` is applied; undefined: nothing. */
  readonly question: (plan: Plan) => string | undefined;
}

/**
 * One pass with the plan shown, a question where one is due, and progress. Holds the lock of this --root
 * from before the host is read. Exit status 1 where a step failed, a container is refused or the answer was no.
 */
export async function carryOut(
  host: Host,
  desired: DesiredState,
  invocation: Pick<Invocation, 'screen' | 'signal'>,
  options: CarryOutOptions,
): Promise<Outcome> {
  const lock = acquireLock(host.paths.lock);
  try {
    await takeUp(host);
    return await carryOutLocked(host, desired, invocation, options);
  } finally {
    lock.release();
  }
}

async function carryOutLocked(
  host: Host,
  desired: DesiredState,
  { screen, signal }: Pick<Invocation, 'screen' | 'signal'>,
  { question, agree, ...planOptions }: CarryOutOptions,
): Promise<Outcome> {
  let startedMs = 0;
  let progress: Progress | undefined;
  const confirm = async (planned: Planned): Promise<boolean> => {
    agree?.(planned);
    screen.preview(planned.plan);
    const asked = question(planned.plan);
    if (asked !== undefined && !(await screen.confirm(asked, signal))) return false;
    progress = screen.progress(planned.plan);
    startedMs = performance.now();
    return !signal.aborted;
  };
  const onStep = (event: StepEvent): void => progress?.onStep(event);
  const { plan, result } = await reconcile(host, desired, { ...planOptions, signal, onStep, confirm });
  progress?.end();
  if (result === undefined) {
    screen.note('Nothing was done.');
    return { result: { kind: 'nothing' }, exitStatus: 1 };
  }
  if (signal.aborted) screen.note('Stopped before the end; run it again to go on.');
  const good = result.failed.length === 0 && plan.summary.refused === 0 && !signal.aborted;
  const durationMs = performance.now() - startedMs;
  return { result: { kind: 'applied', plan, applied: result, durationMs }, exitStatus: good ? 0 : 1 };
}
