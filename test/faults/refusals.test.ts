import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import { soon } from '../support/disturb.ts';
import { defect, watchWith } from '../support/failpoint-runs.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';
import { editOne, expectSettled } from '../support/settled.ts';
import type { Settled } from '../support/settled.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'env'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

const editsOfTrial = 15;
const bystanders = ['other', 'another'];

/** Who failed again and again waits for up to half a minute. */
const convergesWithinMs = 60_000;

describeOnHost('a watch of which one call in thirty fails, by a seed', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it.for(['reads', 'changes'] as const)('%s: goes on, touches nobody else, and has everything as the manifests say once none fails', { timeout: within(60_000 + 60_000 * trials) }, async (of, { task }) => {
    const rounds = 2 * trials;
    task.meta.faultTrials = { fault: 'calls to the outside fail at random', how: 'EIO, ENOMEM, EACCES, EMFILE, ENOSPC or EROFS in place of one in thirty of a watch, by a seed, while manifests come, change and go', trials: rounds };
    const whileThere = join(host.folder, 'failing');
    const [chance, settled] = [openChance(seed), new Map() as Settled];
    for (const name of bystanders) host.write(`${name}.yaml`, sleeper(name, [soon]));
    const watcher = watchWith(host, { of, sometimes: { chance: 1 / 30, seed, whileThere } }, '--resync', '1s', '--allow-prune');
    await watcher.until(/watching/i);
    const untouched = startsOf(host, bystanders);

    const story: string[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        writeFileSync(whileThere, '');
        for (let edit = 0; edit < editsOfTrial; edit += 1) {
          story.push(editOne(host, settled, chance));
          await delay(within(100 + chance.below(100)));
        }
        rmSync(whileThere);
        await eventually(() => { expectSettled(host, settled, bystanders); }, convergesWithinMs);
        expect(startsOf(host, bystanders)).toEqual(untouched);
      }
      expect(watcher.output()).not.toMatch(defect);
      expect(await watcher.stop()).toBe(0);
    } catch (error) {
      throw new Error(`SEED=${seed}: ${story.join('; ')}\n${watcher.output().slice(-10_000)}`, { cause: error });
    }
  });
});
