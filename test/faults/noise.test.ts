import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openChance } from '../sim/chance.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { cgroupFolders, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { putBackInTime, settleMs } from '../support/put-back.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? Date.now() % 100_000);

const everyMs = 100;

/** How long others wait for a file that is saved without end. */
const patienceMs = 10_000;

/** What it takes to notice a save, and to end a container and start it again. */
const workMs = 1_500;

const names = ['gone', 'kept', 'moved', 'noise', 'restarted'] as const;

/** A row of the table of faults. */
const noisy = { fault: 'a manifest is saved without end', how: 'every 100 ms and half-written in between, while others are removed, moved and edited under a watch' };

describeOnHost('a watch over a folder in which one file is saved all the time', () => {
  const chance = openChance(seed);
  let host: Instance;
  let watcher: Watcher;
  let noise: NodeJS.Timeout;
  let beganMs: number;
  let saves = 0;

  const identity = (name: string): string => pidsOf(host.cgroup(name)).map((pid) => `${name} ${pid} ${startTimeOf(pid)}`).join(', ');
  const isGone = (name: string): boolean => cgroupFolders(host.cgroup(name)).length === 0;

  const makeNoise = (): void => {
    saves += 1;
    const text = sleeper('noise', [`  resources: {pids: {max: ${100 + (saves % 1_000)}}}`]);
    host.write('noise.yaml', text.slice(0, chance.below(text.length)));
    setTimeout(() => { host.write('noise.yaml', text); }, everyMs / 3);
  };

  beforeAll(async () => {
    host = openInstance();
    for (const name of names) host.write(`${name}.yaml`, sleeper(name));
    watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/i);
    beganMs = Date.now();
    noise = setInterval(makeNoise, everyMs);
  });
  afterAll(async () => {
    clearInterval(noise);
    await delay(everyMs);
    await host.close();
  });

  const bystanders = (): string[] => ['moved', 'kept', 'noise'].map(identity);

  /** Removes a manifest, and writes it to the same file or another one. */
  const move = (from: string, to: string): Promise<boolean> =>
    putBackInTime({ remove: () => { host.remove(from); }, pauseMs: chance.below(settleMs - 150), putBack: () => { host.write(to, sleeper('moved')); } });

  it('keeps a container whose manifest is removed and comes back sooner than half a second, and deletes one that went, in ten seconds', async ({ task }) => {
    let file = 'moved.yaml';
    let moves = 0;
    host.remove('gone.yaml');

    while (Date.now() < beganMs + patienceMs + 3 * settleMs) {
      const [before, next] = [bystanders(), chance.pick(['moved.yaml', 'other.yaml'])];
      const inTime = await move(file, next);
      file = next;
      await delay(settleMs);
      if (inTime) {
        moves += 1;
        expect(bystanders(), `SEED=${seed}\n${watcher.output()}`).toEqual(before);
      } else {
        await eventually(() => { expect(pidsOf(host.cgroup('moved'))).toHaveLength(1); });
      }
    }

    expect(moves).toBeGreaterThan(3);
    await eventually(() => { expect(isGone('gone'), `SEED=${seed}`).toBe(true); }, workMs);
    task.meta.faultTrials = { ...noisy, trials: moves + 1 };
  }, within(60_000));

  it('then deletes and restarts what is asked soon, and nothing else', async ({ task }) => {
    const times = 2 * trials;
    const before = bystanders();
    for (let time = 0; time < times; time += 1) {
      host.write('gone.yaml', sleeper('gone'));
      await eventually(() => { expect(pidsOf(host.cgroup('gone'))).toHaveLength(1); }, workMs + settleMs);
      const old = identity('restarted');

      host.remove('gone.yaml');
      host.write('restarted.yaml', sleeper('restarted', [`  hostname: time-${time}`]));

      await eventually(() => {
        expect(isGone('gone'), `SEED=${seed}\n${watcher.output()}`).toBe(true);
        expect(pidsOf(host.cgroup('restarted'))).toHaveLength(1);
        expect(identity('restarted')).not.toBe(old);
      }, settleMs + workMs);
      expect(bystanders()).toEqual(before);
    }

    clearInterval(noise);
    await eventually(() => { expect(readCgroup(host.cgroup('noise'), 'pids.max')).toBe(String(100 + (saves % 1_000))); }, workMs);
    task.meta.faultTrials = { ...noisy, trials: times };
  }, within(30_000 + 10_000 * trials));
});
