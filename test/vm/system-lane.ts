import { describe, expect, it } from 'vitest';
import type { GuestLine } from '../support/guest-line.ts';
import { requires, unmetNeeds } from '../support/requires.ts';
import { guestNeeds, runGuest } from './guest.ts';

const minuteMs = 60_000;

/** How much slower than the host the guest is, at worst, where a processor is emulated. */
const pace = '10';

type Runtime = 'crun' | 'runc';

/** Files of tests that a lane leaves out: what they show of unified cgroups the guest of crun shows, and of runc the legacy lane. */
const without: Readonly<Record<Runtime, readonly string[]>> = {
  crun: [],
  runc: ['disturbances', 'plan-writes-nothing', 'saved-plan', 'watch'].map((name) => `test/system/${name}.test.ts`),
};

/** Boots a guest, runs the system tests in it under `runtime`, and registers each with its outcome. */
export async function systemTestsUnder(runtime: Runtime): Promise<void> {
  if (unmetNeeds(guestNeeds).length > 0) {
    requires(guestNeeds)(`a guest with unified cgroups and ${runtime}`, () => { it('runs the system tests', () => undefined); });
    return;
  }
  const { lines, outcome } = await runSystemTests(runtime);
  register(lines);
  it('runs its tests to the end', () => {
    if (outcome instanceof Error) throw outcome;
    expect(outcome).toBe(lines.some(({ state }) => state === 'failed') ? 1 : 0);
  });
}

interface Ran {
  readonly lines: readonly GuestLine[];
  /** Exit status of the guest's test runner, or why there is none. */
  readonly outcome: number | Error;
}

async function runSystemTests(runtime: Runtime): Promise<Ran> {
  const lines: GuestLine[] = [];
  let outcome: Ran['outcome'] = new Error('the guest ended before its tests did');
  const onLine = (text: string): void => {
    const line = JSON.parse(text) as GuestLine | { readonly end: number };
    if ('end' in line) {
      outcome = line.end;
      return;
    }
    lines.push(line);
    const { state, file, title, ms, error = '' } = line;
    process.stdout.write(`  unified ${runtime}  ${state}  ${file} > ${title}  ${ms} ms\n${error}`);
  };
  try {
    await runGuest({
      name: `unified-${runtime}`,
      script: 'system',
      env: { RECONCILE_RUNTIME: runtime, PACE: pace, TESTS: process.env['VM_TESTS'] ?? '', WITHOUT: without[runtime].join(',') },
      boundMs: 15 * minuteMs,
      silenceMs: 4 * minuteMs,
      onLine,
    });
  } catch (error) {
    outcome = error as Error;
  }
  return { lines, outcome };
}

/** Gives each test of a guest its outcome here. */
export function register(lines: readonly GuestLine[]): void {
  for (const [file, tests] of Map.groupBy(lines, (line) => line.file)) {
    describe(file, () => {
      for (const { title, state, error, faultTrials } of tests) {
        it.skipIf(state === 'skipped')(title, ({ task }) => {
          if (faultTrials !== undefined) task.meta.faultTrials = faultTrials;
          if (state === 'failed') throw new Error(error ?? 'no reason was told');
        });
      }
    });
  }
}
