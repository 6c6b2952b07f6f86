import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import type { Chance } from '../sim/chance.ts';
import { soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';
import { editOne, expectSettled } from '../support/settled.ts';
import type { Settled } from '../support/settled.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

/** What a watch that is started after the kill has until all is as the manifests say. */
const convergesWithinMs = 5_000;

/** Restarts, replacements and deletions begin once the manifests have been still for half a second, and then take as long. */
const watchEndsByMs = 1_400;

/** Some 100 ms of it is the start of node. */
const applyEndsByMs = 900;

describeOnHost('killed at a moment by a seed while manifests change', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const startWatch = (): Watcher => host.watch('--allow-prune');

  /**
   * Changes manifests, kills `victim` at a moment after that, changes one more half of the time, and gives the new watch that
   * made all as they say. The bystander keeps its process.
   */
  const killAndFollow = async (settled: Settled, chance: Chance, { endsByMs, victim }: { readonly endsByMs: number; readonly victim: () => Watcher }): Promise<Watcher> => {
    const untouched = startsOf(host, ['other']);
    const story = Array.from({ length: 2 + chance.below(5) }, () => editOne(host, settled, chance));
    const afterMs = chance.below(endsByMs);
    const killed = victim();
    await delay(within(afterMs));
    await killed.stop('SIGKILL');
    story.push(`killed after ${afterMs} ms`);
    if (chance.happens(0.5)) story.push(editOne(host, settled, chance));

    const next = startWatch();
    try {
      await eventually(() => {
        expect(next.output()).toMatch(/watching/i);
        expectSettled(host, settled, ['other']);
      }, convergesWithinMs);
      expect(startsOf(host, ['other'])).toEqual(untouched);
    } catch (error) {
      throw new Error(`SEED=${seed}: ${story.join('; ')}\n${killed.output()}\n${next.output()}`, { cause: error });
    }
    return next;
  };

  const meta = { fault: 'reconcile is killed at any moment', how: 'SIGKILL of a watch or an apply at a moment by a seed, while up to seven manifests come, change or go' };

  it('a watch is followed by one that has everything as the manifests say within five seconds', { timeout: within(30_000 + 10_000 * trials) }, async ({ task }) => {
    task.meta.faultTrials = { ...meta, trials: 2 * trials };
    const [chance, settled] = [openChance(seed), new Map() as Settled];
    host.write('other.yaml', sleeper('other', [soon]));
    let watcher = startWatch();
    await watcher.until(/watching/i);

    for (let trial = 0; trial < 2 * trials; trial += 1) {
      const running = watcher;
      watcher = await killAndFollow(settled, chance, { endsByMs: watchEndsByMs, victim: () => running });
    }

    expect(await watcher.stop()).toBe(0);
  });

  it('an apply is followed by a watch that has everything as the manifests say within five seconds', { timeout: within(30_000 + 10_000 * trials) }, async ({ task }) => {
    task.meta.faultTrials = { ...meta, trials };
    const [chance, settled] = [openChance(seed + 1), new Map() as Settled];
    host.write('other.yaml', sleeper('other', [soon]));
    host.apply();

    for (let trial = 0; trial < trials; trial += 1) {
      const next = await killAndFollow(settled, chance, {
        endsByMs: applyEndsByMs,
        victim: () => host.start('apply', '--yes', '--allow-prune', host.manifests),
      });
      expect(await next.stop()).toBe(0);
    }
  });
});
