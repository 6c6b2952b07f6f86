import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { GuestLine } from '../support/guest-line.ts';
import { requires, unmetNeeds } from '../support/requires.ts';
import { guestNeeds, runGuest } from './guest.ts';

const minuteMs = 60_000;

/** How much slower than the host the guest is, at worst, where a processor is emulated. */
const pace = '10';

/** The guests that share the tests of one lane: more than one leave no CPU idle while a test waits. */
const guestsPerLane = 2;

/** Boots guests, runs the system tests in them under `runtime`, and registers each with its outcome. */
export async function systemTestsUnder(runtime: 'crun' | 'runc'): Promise<void> {
  if (unmetNeeds(guestNeeds).length > 0) {
    requires(guestNeeds)(`a guest with unified cgroups and ${runtime}`, () => { it('runs the system tests', () => undefined); });
    return;
  }
  const ran = await Promise.all(sharesOf(testFiles()).map((files, index) => runSystemTests(runtime, { files, name: `unified-${runtime}-${index + 1}` })));
  register(ran.flatMap(({ lines }) => lines));
  it.each(ran)('runs $files to the end', ({ lines, outcome }) => {
    if (outcome instanceof Error) throw outcome;
    expect(outcome).toBe(lines.some(({ state }) => state === 'failed') ? 1 : 0);
  });
}

/** Beneath the project's folder, the largest first; those that VM_TESTS names, separated by spaces, where it does. */
function testFiles(): string[] {
  const named = process.env['VM_TESTS'];
  if (named !== undefined) return named.split(' ');
  const folder = 'test/system';
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts')).map((file) => join(folder, file));
  return files.sort((one, other) => statSync(other).size - statSync(one).size);
}

/** Dealt out in turns: a file's size tells roughly how long its tests take. */
function sharesOf(files: readonly string[]): (readonly string[])[] {
  const shares = Array.from({ length: guestsPerLane }, (_, guest) => files.filter((_file, index) => index % guestsPerLane === guest));
  return shares.filter((share) => share.length > 0);
}

interface Share {
  readonly files: readonly string[];
  /** Of the guest. */
  readonly name: string;
}

interface Ran extends Pick<Share, 'files'> {
  readonly lines: readonly GuestLine[];
  /** Exit status of the guest's test runner, or why there is none. */
  readonly outcome: number | Error;
}

async function runSystemTests(runtime: string, { files, name }: Share): Promise<Ran> {
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
      name,
      script: 'system',
      env: { RECONCILE_RUNTIME: runtime, PACE: pace, TESTS: files.join(',') },
      boundMs: 15 * minuteMs,
      silenceMs: 4 * minuteMs,
      onLine,
    });
  } catch (error) {
    outcome = error as Error;
  }
  return { files, lines, outcome };
}

/** Gives each test of a guest its outcome here. */
export function register(lines: readonly GuestLine[]): void {
  for (const [file, tests] of Map.groupBy(lines, (line) => line.file)) {
    describe(file, () => {
      for (const { title, state, error } of tests) {
        it.skipIf(state === 'skipped')(title, () => {
          if (state === 'failed') throw new Error(error ?? 'no reason was told');
        });
      }
    });
  }
}
