import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { GuestLine } from '../support/guest-line.ts';
import { requires, unmetNeeds } from '../support/requires.ts';
import { guestNeeds, runGuestWith, withTree } from './guest.ts';
import { register } from './system-lane.ts';

const minuteMs = 60_000;

if (unmetNeeds(guestNeeds).length > 0) {
  requires(guestNeeds)('a guest that systemd starts', () => { it('runs the checks of the service', () => undefined); });
} else {
  const { lines, outcome } = await bootTwice();
  register(lines);
  it('runs the checks of the service to the end of both boots', () => {
    if (outcome instanceof Error) throw outcome;
    expect(outcome).toBe(2);
  });
}

interface Ran {
  readonly lines: readonly GuestLine[];
  /** How many boots came to their end, or why one did not. */
  readonly outcome: number | Error;
}

/** What the first boot installs is what the second one finds. */
async function bootTwice(): Promise<Ran> {
  const lines: GuestLine[] = [];
  let ends = 0;
  const onLine = (text: string): void => {
    const line = JSON.parse(text) as GuestLine | { readonly end: number };
    if ('end' in line) {
      ends += 1;
      return;
    }
    lines.push(line);
    const { state, file, title, ms, error = '' } = line;
    process.stdout.write(`  systemd  ${state}  ${file} > ${title}  ${ms} ms\n${error}`);
  };
  try {
    await withTree(async (tree, folder) => {
      const disk = join(folder, 'disk.qcow2');
      for (const name of ['systemd-first', 'systemd-second']) {
        await runGuestWith(tree, { name, script: 'systemd', env: {}, disk, memoryMebibytes: 1024, boundMs: 20 * minuteMs, silenceMs: 4 * minuteMs, onLine });
      }
    });
    return { lines, outcome: ends };
  } catch (error) {
    return { lines, outcome: error as Error };
  }
}
