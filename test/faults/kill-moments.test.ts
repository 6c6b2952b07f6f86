import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import type { Chance } from '../sim/chance.ts';
import { soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { commandLine, pidsOf, readCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits, startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

/** What a watch that is started after the kill has until all is as the manifests say. */
const convergesWithinMs = 5_000;

/** Restarts, replacements and deletions begin once the manifests have been still for half a second, and then take as long. */
const watchEndsByMs = 1_400;

/** Some 100 ms of it is the start of node. */
const applyEndsByMs = 900;

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const;

/** What a manifest says; each field changes a container in its own way. */
interface Settings {
  /** Resized. */
  readonly pids: number;
  /** Restarted. */
  readonly seconds: number;
  /** Replaced. */
  readonly withShell: boolean;
}

/** By name; who is missing has no manifest. */
type Settled = Map<string, Settings>;

const edits: readonly ((before: Settings) => Settings | undefined)[] = [
  (before) => ({ ...before, pids: before.pids + 1 }),
  (before) => ({ ...before, seconds: before.seconds + 1 }),
  (before) => ({ ...before, withShell: !before.withShell }),
  () => undefined,
];

function manifestOf(name: string, { pids, seconds, withShell }: Settings): string {
  const text = sleeper(name, [soon, `  resources: {pids: {max: ${pids}}}`]).replace('"100000"', `"${seconds}"`);
  return withShell ? text.replace('[/bin/busybox]}}', '[/bin/busybox, /bin/sh]}}') : text;
}

describeOnHost('killed at a moment by a seed while manifests change', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const startWatch = (): Watcher => host.watch('--allow-prune');

  /** A container comes, is resized, restarted or replaced, or goes. */
  const editOne = (settled: Settled, chance: Chance): string => {
    const name = chance.pick(names);
    const before = settled.get(name);
    const after = before === undefined ? { pids: 64, seconds: 100_000, withShell: false } : chance.pick(edits)(before);
    if (after === undefined) {
      settled.delete(name);
      host.remove(`${name}.yaml`);
      return `${name} goes`;
    }
    settled.set(name, after);
    host.write(`${name}.yaml`, manifestOf(name, after));
    return `${name}: ${JSON.stringify(after)}`;
  };

  const expectSettled = (settled: Settled): void => {
    expect(misfits(host, [...settled.keys(), 'other']).join('\n')).toBe('');
    for (const [name, { pids, seconds, withShell }] of settled) {
      const [pid = 0] = pidsOf(host.cgroup(name));
      expect([commandLine(pid).trim(), readCgroup(host.cgroup(name), 'pids.max')], name).toEqual([`/bin/busybox sleep ${seconds}`, String(pids)]);
      expect(existsSync(`/proc/${pid}/root/bin/sh`), `${name} has a shell`).toBe(withShell);
    }
  };

  /**
   * Changes manifests, kills `victim` at a moment after that, changes one more half of the time, and gives the new watch that
   * made all as they say. The bystander keeps its process.
   */
  const killAndFollow = async (settled: Settled, chance: Chance, { endsByMs, victim }: { readonly endsByMs: number; readonly victim: () => Watcher }): Promise<Watcher> => {
    const untouched = startsOf(host, ['other']);
    const story = Array.from({ length: 2 + chance.below(5) }, () => editOne(settled, chance));
    const afterMs = chance.below(endsByMs);
    const killed = victim();
    await delay(within(afterMs));
    await killed.stop('SIGKILL');
    story.push(`killed after ${afterMs} ms`);
    if (chance.happens(0.5)) story.push(editOne(settled, chance));

    const next = startWatch();
    try {
      await eventually(() => {
        expect(next.output()).toMatch(/watching/i);
        expectSettled(settled);
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
