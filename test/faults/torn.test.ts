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
import { putBackInTime } from '../support/put-back.ts';
import { misfits } from '../support/remains.ts';
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

/** Resolves to false where the file was gone for so long that it counts. */
type Writer = (file: string, text: string) => Promise<boolean>;

const writeWhole: Writer = async (file, text) => {
  writeFileSync(file, text);
  return true;
};

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

  /** Saves other limits in some way, and waits for the kernel to show them; false: a file was gone for too long. */
  const save = async (write: Writer): Promise<boolean> => {
    max += 1;
    const inTime = await Promise.all(groups.map((group) => write(path(`${group}.yaml`), textOf(group, max))));
    await eventually(() => { expect(limits()).toEqual(Array(4).fill(String(max))); });
    return inTime.every(Boolean);
  };

  const expectUntouched = (): void => { expect(names.map(identity), `SEED=${seed}\n${watcher.output()}`).toEqual(before); };

  /** Gives how many rounds were in time: those touch no container. After another one, those that are there then count. */
  const holdThrough = async (rounds: number, round: (number: number) => Promise<boolean>): Promise<number> => {
    let counted = 0;
    for (let number = 1; number <= rounds; number += 1) {
      if (await round(number)) {
        counted += 1;
        expectUntouched();
      } else {
        await settled();
        await eventually(() => { expect(misfits(host, names).join('\n')).toBe(''); });
        before = names.map(identity);
      }
    }
    expect(counted).toBeGreaterThan(rounds / 2);
    return counted;
  };

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
        return true;
      });
    }

    task.meta.faultTrials = { ...badly, trials: bytes };
  });

  const editors: readonly Writer[] = [
    async (file, text) => {
      writeFileSync(file, '');
      await delay(chance.below(60));
      return writeWhole(file, text);
    },
    (file, text) => putBackInTime({ remove: () => { unlinkSync(file); }, pauseMs: chance.below(60), putBack: () => { writeFileSync(file, text); } }),
    async (file, text) => {
      writeFileSync(`${file}.new`, text.slice(0, 50));
      await delay(chance.below(20));
      writeFileSync(`${file}.new`, text);
      renameSync(`${file}.new`, file);
      return true;
    },
    async (file, text) => {
      const inTime = await putBackInTime({ remove: () => { renameSync(file, `${file}~`); }, pauseMs: chance.below(20), putBack: () => { writeFileSync(file, text); } });
      rmSync(`${file}~`);
      return inTime;
    },
  ];

  it('touches no container for editors that empty the file first, remove it, put another in its place, or move it away', { timeout: timeoutMs }, async ({ task }) => {
    const counted = await holdThrough(16 * trials, () => save((file, text) => chance.pick(editors)(file, text)));

    task.meta.faultTrials = { ...badly, trials: counted };
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

    await save(writeWhole);
    task.meta.faultTrials = { ...badly, trials: steps };
  });

  const flips: readonly ((version: string) => Promise<boolean>)[] = [
    async (version) => {
      symlinkSync(version, `${current()}.new`);
      renameSync(`${current()}.new`, current());
      return true;
    },
    (version) => putBackInTime({ remove: () => { unlinkSync(current()); }, pauseMs: chance.below(60), putBack: () => { symlinkSync(version, current()); } }),
  ];

  it('touches no container for a link that is flipped between two folders', { timeout: timeoutMs }, async ({ task }) => {
    const counted = await holdThrough(10 * trials, async (flip) => {
      const version = flip % 2 === 0 ? 'v1' : 'v2';
      writeFileSync(join(host.folder, version, 'linked.yaml'), sleeper('linked', [`  resources: {pids: {max: ${200 + flip}}}`]));
      const inTime = await chance.pick(flips)(version);
      await eventually(() => { expect(readCgroup(host.cgroup('linked'), 'pids.max')).toBe(String(200 + flip)); });
      return inTime;
    });

    task.meta.faultTrials = { ...badly, trials: counted };
  });

  it('touches no container for a folder that is removed and made anew, one file after the other', { timeout: timeoutMs }, async ({ task }) => {
    const copy = join(host.folder, 'copy');
    const makeAnew = async (): Promise<void> => {
      mkdirSync(host.manifests);
      for (const file of readdirSync(copy)) {
        await delay(chance.below(50));
        writeFileSync(path(file), readFileSync(join(copy, file)));
      }
    };
    const counted = await holdThrough(3 * trials, async () => {
      cpSync(host.manifests, copy, { recursive: true });
      const inTime = await putBackInTime({ remove: () => { rmSync(host.manifests, { recursive: true }); }, pauseMs: chance.below(100), putBack: makeAnew });
      rmSync(copy, { recursive: true });
      await save(writeWhole);
      return inTime;
    });

    task.meta.faultTrials = { ...badly, trials: counted };
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
    await save(writeWhole);
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
