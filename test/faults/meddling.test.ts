import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, runtimeProgram, soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders, isAlive, pidsOf, readCgroup, startTimeOf, writeCgroup } from '../support/kernel.ts';
import { limitCases } from '../support/limits.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits, monitorOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';
import { openChance } from '../sim/chance.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const names = ['a', 'b', 'c'] as const;

const limits = limitCases.filter(({ field }) => ['cpu.max', 'memory.max', 'pids.max'].includes(field));

const deedTo = (field: string): string => `writes its ${field}`;

/** What a watch tells of it. */
const driftOf = (name: string, field: string): RegExp => new RegExp(`"container":"${name}","action":"update","reason":"drift","fields":\\["resources\\.${field}"\\]`);

/** All of them, as a manifest writes them. */
const limited = `  resources: {${limits.map(({ after }) => after.slice(1, -1)).join(', ')}}`;

/** `TRIALS=10 npm run test:chaos` meddles ten times as often. */
const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const deedsInAll = 24 * trials;

const timeoutMs = within(60_000 + 30_000 * trials);

/** What a full look takes at most, which is what finds whatever no event tells of. */
const healedWithinMs = 10_000;

describeOnHost('somebody with the rights of root who meddles', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const bundle = (name: string, file: string): string => join(host.root, 'bundles', name, file);
  const init = (name: string): number => pidsOf(host.cgroup(name))[0] ?? 0;
  const state = (name: string): string => join(host.root, 'runtime', name);
  /** Kills at once, and waits until the kernel has ended them. */
  const end = async (...pids: readonly number[]): Promise<void> => {
    const there = pids.filter((pid) => pid > 1 && isAlive(pid));
    for (const pid of there) process.kill(pid, 'SIGKILL');
    await eventually(() => { expect(there.filter(isAlive)).toEqual([]); });
  };

  const held = (name: string): string[] => limits.map(({ file }) => readCgroup(host.cgroup(name), file));

  const deeds: Readonly<Record<string, (name: string) => Promise<void> | void>> = {
    ...Object.fromEntries(limits.map(({ field, file, foreign }) => [deedTo(field), (name: string) => { writeCgroup(host.cgroup(name), file, foreign); }])),
    'kills its process': (name) => end(init(name)),
    'kills its monitor and its process': (name) => end(monitorOf(host, name), init(name)),
    'has the runtime delete it': (name) => { spawnSync(runtimeProgram, [`--root=${join(host.root, 'runtime')}`, 'delete', '--force', '--', name]); },
    'moves its process to the root of a hierarchy': (name) => { writeCgroup('', 'cgroup.procs', String(init(name))); },
    'empties its record and kills it': (name) => {
      truncateSync(bundle(name, 'record.json'));
      return end(init(name));
    },
    'fills its notes with nonsense and kills it': (name) => {
      writeFileSync(bundle(name, 'run.json'), randomBytes(200));
      return end(init(name));
    },
    'fills what the runtime keeps with nonsense and kills it': (name) => {
      for (const file of readdirSync(state(name))) if (!file.includes('fifo')) writeFileSync(join(state(name), file), randomBytes(100));
      return end(init(name));
    },
    'removes what the runtime keeps and kills it': (name) => {
      rmSync(state(name), { recursive: true });
      return end(init(name));
    },
    'removes its cgroup once it ended': async (name) => {
      const ended = end(init(name));
      for (let tries = 0; tries < 100 && cgroupFolders(host.cgroup(name)).length > 0; tries += 1) spawnSync('rmdir', cgroupFolders(host.cgroup(name)));
      await ended;
    },
  };

  it('is answered within one full look each time, a limit as drift, and nothing else is touched', { timeout: timeoutMs }, async ({ task }) => {
    const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);
    const chance = openChance(seed);
    task.meta.faultTrials = { fault: 'somebody with the rights of root meddles', how: 'one of twelve deeds at a time, by a seed, under a watch', trials: deedsInAll };
    for (const name of [...names, 'other']) host.write(`${name}.yaml`, sleeper(name, [soon, limited]));
    const watcher = host.watch('--resync', '2s');
    await eventually(() => { expect(misfits(host, [...names, 'other'])).toEqual([]); });
    await watcher.until(/watching/i);
    const untouched = startTimeOf(init('other'));

    const done: string[] = [];
    for (let count = 0; count < deedsInAll; count += 1) {
      const [name, deed] = [chance.pick(names), chance.pick(Object.keys(deeds))];
      const told = watcher.output().length;
      done.push(`${name}: ${deed}`);
      await deeds[deed]?.(name);
      await eventually(() => {
        expect(misfits(host, [...names, 'other']).join('\n'), `SEED=${seed}: ${done.join('; ')}`).toBe('');
        expect(names.map(held)).toEqual(names.map(() => limits.map(({ held: [, asked] }) => asked)));
      }, healedWithinMs);
      const written = limits.find(({ field }) => deed === deedTo(field));
      if (written !== undefined) await eventually(() => { expect(watcher.output().slice(told)).toMatch(driftOf(name, written.field)); });
    }

    expect(startTimeOf(init('other'))).toBe(untouched);
    expect(await watcher.stop()).toBe(0);
    expectConverged(host, [...names, 'other']);
  });

  it('and who stops the watch itself for a while finds it awake again, with all that happened meanwhile', { timeout: timeoutMs }, async ({ task }) => {
    task.meta.faultTrials = { fault: 'the watch stands still', how: 'SIGSTOP for a second, while a process is killed, a limit written and a manifest saved', trials };
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon, '  resources: {pids: {max: 64}}']));
    const watcher = host.watch();
    await watcher.until(/watching/i);

    for (let trial = 1; trial <= trials; trial += 1) {
      const before = init('a');
      watcher.child.kill('SIGSTOP');
      await end(before);
      writeCgroup(host.cgroup('b'), 'pids.max', '7');
      host.write('c.yaml', sleeper('c', [soon, `  resources: {pids: {max: ${64 + trial}}}`]));
      await delay(1_000);
      expect(existsSync(`/proc/${watcher.child.pid}`)).toBe(true);
      watcher.child.kill('SIGCONT');

      await eventually(() => {
        expect(misfits(host, names)).toEqual([]);
        expect(init('a')).not.toBe(before);
        expect(['b', 'c'].map((name) => readCgroup(host.cgroup(name), 'pids.max'))).toEqual(['64', String(64 + trial)]);
      }, healedWithinMs);
    }
    expect(await watcher.stop()).toBe(0);
  });
});
