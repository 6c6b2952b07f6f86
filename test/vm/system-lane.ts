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
  await testsInGuest({ name: `unified-${runtime}`, runtime, project: 'system', without: without[runtime], boundMinutes: 60, silenceMinutes: 4 });
}

/** Those that need what the guest has not: Podman, and a file system to be made, failed and frozen. */
const notInGuest = ['confinement', 'bad-disks', 'stuck'].map((name) => `test/faults/${name}.test.ts`);

/** The same with the fault tests, under crun. One of them kills a program at each of its calls, and says nothing until the last. */
export async function faultTestsInGuest(): Promise<void> {
  await testsInGuest({ name: 'unified-faults', runtime: 'crun', project: 'faults', without: notInGuest, boundMinutes: 240, silenceMinutes: 90 });
}

interface GuestTests {
  readonly name: string;
  readonly runtime: Runtime;
  readonly project: 'system' | 'faults';
  /** Files that are left out. */
  readonly without: readonly string[];
  readonly boundMinutes: number;
  readonly silenceMinutes: number;
}

async function testsInGuest(tests: GuestTests): Promise<void> {
  if (unmetNeeds(guestNeeds).length > 0) {
    requires(guestNeeds)(`a guest with unified cgroups and ${tests.runtime}`, () => { it(`runs the ${tests.project} tests`, () => undefined); });
    return;
  }
  const { lines, outcome } = await runTests(tests);
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

async function runTests({ name, runtime, project, without: left, boundMinutes, silenceMinutes }: GuestTests): Promise<Ran> {
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
    process.stdout.write(`  ${name}  ${state}  ${file} > ${title}  ${ms} ms\n${error}`);
  };
  try {
    await runGuest({
      name,
      script: 'system',
      env: { RECONCILE_RUNTIME: runtime, PACE: pace, TESTS: process.env['VM_TESTS'] ?? '', WITHOUT: left.join(','), PROJECT: project },
      boundMs: boundMinutes * minuteMs,
      silenceMs: silenceMinutes * minuteMs,
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
