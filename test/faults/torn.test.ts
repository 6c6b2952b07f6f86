import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import { expectConverged } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { cgroupFolders, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'git'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

const timeoutMs = within(45_000 + 15_000 * trials);

/** Two manifests of one container, one of two; and one that only a link leads to. */
const groups = ['a', 'b', 'web'] as const;
const names = ['a', 'b', 'web-0', 'web-1', 'linked'] as const;

/** Its last lines each mean something when what follows is cut off: no replicas, another limit. */
const textOf = (group: string, max: number): string =>
  sleeper(group, [...(group === 'web' ? ['  replicas: 2'] : []), '  resources:', '    pids:', `      max: ${max}`]);

/** A row of the table of faults. */
const badly = { fault: 'a manifest is written badly', how: 'under a watch of containers: byte by byte, emptied first, renamed, by git, behind a link, with its folder' };

describeOnHost('a watch over manifests that are written badly', () => {
  const chance = openChance(seed);
  let host: Instance;
  let watcher: Watcher;
  let before: readonly string[];
  let max = 100;
  let sentinels = 0;

  const path = (file: string): string => join(host.manifests, file);
  const current = (): string => join(host.folder, 'current');
  const identity = (name: string): string => pidsOf(host.cgroup(name)).map((pid) => `${name} ${pid} ${startTimeOf(pid)}`).join(', ');
  const limits = (): string[] => ['a', 'b', 'web-0', 'web-1'].map((name) => readCgroup(host.cgroup(name), 'pids.max'));

  /** Whatever can be deleted is: a manifest that was removed last has gone. */
  const settled = async (): Promise<void> => {
    const [name, file] = [`sentinel-${(sentinels += 1)}`, path('sentinel.yaml')];
    writeFileSync(file, sleeper(name));
    await eventually(() => { expect(pidsOf(host.cgroup(name))).toHaveLength(1); });
    rmSync(file);
    await eventually(() => { expect(cgroupFolders(host.cgroup(name))).toEqual([]); });
  };

  /** Saves other limits in some way, and waits for the kernel to show them. */
  const save = async (write: (file: string, text: string) => Promise<void> | void): Promise<void> => {
    max += 1;
    await Promise.all(groups.map(async (group) => { await write(path(`${group}.yaml`), textOf(group, max)); }));
    await eventually(() => { expect(limits()).toEqual(Array(4).fill(String(max))); });
  };

  const expectUntouched = (): void => { expect(names.map(identity), `SEED=${seed}\n${watcher.output()}`).toEqual(before); };

  beforeAll(async () => {
    host = openInstance();
    for (const group of groups) host.write(`${group}.yaml`, textOf(group, max));
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(host.folder, version));
      writeFileSync(join(host.folder, version, 'linked.yaml'), sleeper('linked'));
    }
    symlinkSync('v1', current());
    watcher = host.watch(current(), '--resync', '1h');
    await watcher.until(/watching/i);
    before = names.map(identity);
  });
  afterEach(async () => {
    await settled();
    expectUntouched();
  });
  afterAll(async () => {
    if (spawnSync('test', ['-d', host.manifests]).status === 0) rmSync(path('sentinel.yaml'), { force: true });
    await host.close();
  });

  it('touches no container for a writer that takes its time with each byte', { timeout: timeoutMs }, async ({ task }) => {
    let bytes = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      await save(async (file, text) => {
        writeFileSync(file, '');
        for (const byte of text) {
          appendFileSync(file, byte);
          bytes += 1;
          await delay(10);
        }
      });
    }

    task.meta.faultTrials = { ...badly, trials: bytes };
  });

  const editors: readonly ((file: string, text: string) => Promise<void>)[] = [
    async (file, text) => {
      writeFileSync(file, '');
      await delay(chance.below(60));
      writeFileSync(file, text);
    },
    async (file, text) => {
      unlinkSync(file);
      await delay(chance.below(60));
      writeFileSync(file, text);
    },
    async (file, text) => {
      writeFileSync(`${file}.new`, text.slice(0, 50));
      await delay(chance.below(20));
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
    },
    async (file, text) => {
      renameSync(file, `${file}~`);
      await delay(chance.below(20));
      writeFileSync(file, text);
      rmSync(`${file}~`);
    },
  ];

  it('touches no container for editors that empty the file first, remove it, put another in its place, or move it away', { timeout: timeoutMs }, async ({ task }) => {
    const times = 16 * trials;
    for (let trial = 0; trial < times; trial += 1) await save((file, text) => chance.pick(editors)(file, text));

    task.meta.faultTrials = { ...badly, trials: times };
  });

  it('touches no container for git that steps between commits, in which manifests are changed, renamed, and broken', { timeout: timeoutMs }, async ({ task }) => {
    const git = (...args: string[]): void => {
      const { status, stderr } = spawnSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], { cwd: host.manifests, encoding: 'utf8' });
      if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
    };
    const commit = (name: string, change: () => void): void => {
      change();
      git('add', '-A');
      git('commit', '-qm', name);
      git('tag', name);
    };
    git('init', '-q', '-b', 'main');
    commit('first', () => undefined);
    commit('changed', () => { for (const group of groups) writeFileSync(path(`${group}.yaml`), textOf(group, 90)); });
    commit('renamed', () => { renameSync(path('web.yaml'), path('shop.yaml')); });
    commit('moved', () => { mkdirSync(path('sub')); renameSync(path('a.yaml'), path('sub/a.yaml')); });
    commit('broken', () => { writeFileSync(path('b.yaml'), textOf('b', 91).slice(0, 90)); });
    commit('joined', () => {
      writeFileSync(path('all.yaml'), groups.map((group) => textOf(group, 92)).join('---\n'));
      for (const file of ['sub/a.yaml', 'b.yaml', 'shop.yaml']) rmSync(path(file));
    });
    const steps = 12 * trials;
    for (let step = 0; step < steps; step += 1) {
      git('checkout', '-qf', chance.pick(['first', 'changed', 'renamed', 'moved', 'broken', 'joined']));
      await delay(chance.below(80));
    }
    git('checkout', '-qf', 'first');
    rmSync(path('.git'), { recursive: true });

    await save(writeFileSync);
    task.meta.faultTrials = { ...badly, trials: steps };
  });

  it('touches no container for a link that is flipped between two folders', { timeout: timeoutMs }, async ({ task }) => {
    const times = 10 * trials;
    for (let flip = 1; flip <= times; flip += 1) {
      const version = flip % 2 === 0 ? 'v1' : 'v2';
      writeFileSync(join(host.folder, version, 'linked.yaml'), sleeper('linked', [`  resources: {pids: {max: ${200 + flip}}}`]));
      if (chance.happens(0.5)) {
        symlinkSync(version, `${current()}.new`);
        renameSync(`${current()}.new`, current());
      } else {
        unlinkSync(current());
        await delay(chance.below(60));
        symlinkSync(version, current());
      }
      await eventually(() => { expect(readCgroup(host.cgroup('linked'), 'pids.max')).toBe(String(200 + flip)); });
    }

    task.meta.faultTrials = { ...badly, trials: times };
  });

  it('touches no container for a folder that is removed and made anew, one file after the other', { timeout: timeoutMs }, async ({ task }) => {
    const times = 3 * trials;
    for (let time = 0; time < times; time += 1) {
      const copy = join(host.folder, 'copy');
      cpSync(host.manifests, copy, { recursive: true });
      rmSync(host.manifests, { recursive: true });
      await delay(chance.below(100));
      mkdirSync(host.manifests);
      for (const file of readdirSync(copy)) {
        await delay(chance.below(50));
        writeFileSync(path(file), readFileSync(join(copy, file)));
      }
      rmSync(copy, { recursive: true });
      await save(writeFileSync);
    }

    task.meta.faultTrials = { ...badly, trials: times };
  });

  it('takes a cut right before a --- that stays for an edit: what is missing is deleted once the files lay still, and no more', { timeout: timeoutMs }, async ({ task }) => {
    for (let trial = 0; trial < trials; trial += 1) {
      const [first, second] = ['first', 'second'].map((name) => sleeper(`${name}-${trial}`)) as [string, string];
      const [firstCgroup, secondCgroup] = ['first', 'second'].map((name) => host.cgroup(`${name}-${trial}`)) as [string, string];
      writeFileSync(path('two.yaml'), `${first}---\n${second}`);
      await eventually(() => { expect([firstCgroup, secondCgroup].map((cgroup) => pidsOf(cgroup).length)).toEqual([1, 1]); });
      const kept = pidsOf(firstCgroup);

      const cutMs = Date.now();
      writeFileSync(path('two.yaml'), first);
      await eventually(() => { expect(cgroupFolders(secondCgroup)).toEqual([]); });

      expect(Date.now() - cutMs).toBeGreaterThan(500);
      expect(pidsOf(firstCgroup)).toEqual(kept);
      rmSync(path('two.yaml'));
    }
    task.meta.faultTrials = { ...badly, trials };
  });

  it('deletes nothing where more than half of the manifests are gone to stay, and creates nothing new beside', async ({ task }) => {
    const told = watcher.output().length;
    for (const group of groups) rmSync(path(`${group}.yaml`));
    writeFileSync(path('new.yaml'), sleeper('new'));
    await eventually(() => { expect(watcher.output().slice(told)).toMatch(/3 of 4 manifests are gone, more than half/); });
    // As long as it takes to be settled, and again.
    await delay(1_000);

    expect(cgroupFolders(host.cgroup('new'))).toEqual([]);
    expectUntouched();
    rmSync(path('new.yaml'));
    await save(writeFileSync);
    task.meta.faultTrials = { ...badly, trials: 1 };
  });

  it('ends with everything as asked, and an apply after it that does nothing', async () => {
    await settled();
    expect(await watcher.stop()).toBe(0);
    rmSync(current());
    cpSync(join(host.folder, 'v1/linked.yaml'), path('linked.yaml'));
    host.apply();
    expectConverged(host, names);
    watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/i);
  });
});
