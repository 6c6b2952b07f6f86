import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import { requires, unmetNeeds } from '../support/requires.ts';
import type { PowerCutLine } from './guest/power-cut-checks.ts';
import { guestNeeds, runGuestWith, withTree } from './guest.ts';

const minuteMs = 60_000;

/** `TRIALS=10 npm run test:vm` cuts ten times. */
const cuts = Math.max(1, Number(process.env['TRIALS'] ?? 1));

/** How much slower than the host the guest is, at worst, where a processor is emulated. */
const pace = '6';

const longestWorkMs = 12_000;

if (unmetNeeds(guestNeeds).length > 0) {
  requires(guestNeeds)('a machine that loses its power', () => { it('comes back as asked', () => undefined); });
} else {
  const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
  const { lives, outcome } = await liveOnOneDisk(seed);
  it('a machine that loses its power at any moment has everything as asked after each boot, whole jails alone, and what was kept', ({ task }) => {
    task.meta.faultTrials = { fault: 'the power of the machine is cut', how: 'SIGKILL of a guest by a seed, while containers are made, resized, replaced and removed', trials: cuts };
    if (outcome !== undefined) throw new Error(`SEED=${seed}: ${JSON.stringify(lives)}`, { cause: outcome });
    expect(lives.filter(({ early, convergedMs }) => !early && convergedMs === undefined), `SEED=${seed}`).toEqual([]);
    expect([lives.length, lives.at(-1)?.destroyed]).toEqual([cuts + 1, true]);
  });
}

/** What became of a machine between two boots. */
interface Life {
  /** The power goes soon after its beginning, mostly before everything is as asked. */
  readonly early: boolean;
  convergedMs?: number;
  steps: number;
  destroyed?: true;
}

async function liveOnOneDisk(seed: number): Promise<{ readonly lives: readonly Life[]; readonly outcome: unknown }> {
  const [chance, lives] = [openChance(seed), [] as Life[]];
  try {
    await withTree(async (tree, folder) => {
      const disk = join(folder, 'data');
      makeDisk(disk);
      for (let life = 0; life <= cuts; life += 1) {
        const last = life === cuts;
        const early = !last && life > 0 && chance.happens(0.3);
        const afterMs = Math.round(chance.next() * longestWorkMs * (early ? 0.5 : 1));
        lives.push({ early, steps: 0 });
        await liveOnce({ tree, disk, seed, lives, last, afterMs });
      }
    });
    return { lives, outcome: undefined };
  } catch (error) {
    return { lives, outcome: error };
  }
}

function makeDisk(path: string): void {
  writeFileSync(path, '');
  truncateSync(path, 256 * 2 ** 20);
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', path]);
}

interface LifeOptions {
  readonly tree: string;
  readonly disk: string;
  readonly seed: number;
  /** This one is its last. */
  readonly lives: Life[];
  readonly last: boolean;
  /** From the first work on until the power goes. */
  readonly afterMs: number;
}

async function liveOnce({ tree, disk, seed, lives, last, afterMs }: LifeOptions): Promise<void> {
  const [number, cut] = [lives.length - 1, new AbortController()];
  const life = lives[number]!;
  const kept = lives.filter(({ early, convergedMs }) => !early && convergedMs !== undefined).length;
  const cutLater = (): void => { setTimeout(() => { cut.abort(); }, afterMs); };
  let failed: string | undefined;
  const onLine = (text: string): void => {
    // The last line may be half of one.
    if (cut.signal.aborted) return;
    const line = JSON.parse(text) as PowerCutLine;
    if ('failed' in line) failed = line.failed;
    if ('step' in line) life.steps += 1;
    if ('destroyed' in line) life.destroyed = true;
    if ('convergedMs' in line) life.convergedMs = line.convergedMs;
    if (life.early ? 'began' in line : !last && 'convergedMs' in line) cutLater();
    process.stdout.write(`  power-cut ${number}  ${text}\n`);
  };
  await runGuestWith(tree, {
    name: 'power-cut',
    script: 'power-cut',
    env: { SEED: String(seed), LIFE: String(number), KEPT: String(kept), PACE: pace, ...(last ? { LAST: '1' } : {}) },
    dataDisk: disk,
    powerCut: cut.signal,
    boundMs: 20 * minuteMs,
    silenceMs: 4 * minuteMs,
    onLine,
  });
  if (failed !== undefined) throw new Error(`life ${number}: ${failed}`);
  process.stdout.write(`  power-cut ${number}  ${last ? 'ended' : `cut ${afterMs} ms after its ${life.early ? 'beginning' : 'convergence'}, SEED=${seed}`}\n`);
}
