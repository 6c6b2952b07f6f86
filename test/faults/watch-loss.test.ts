import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, soon } from '../support/disturb.ts';
import type { FewWatches } from '../support/few-watches.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { pidsOf, readCgroup, startTimeOf, writeCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'mount'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));
/** A row of the table of faults. */
const lost = { fault: 'events are lost', how: 'more than inotify keeps, while the watch is stopped; no watches left; the file system of the manifests unmounted' };
const names = ['a', 'b', 'c'] as const;
const preload = new URL('../support/few-watches.ts', import.meta.url).pathname;

/** What a look takes beyond the time until it begins, on a machine that is busy. */
const lookMs = 4_000;

describeOnHost('events that a watch does not get', () => {
  let host: Instance;
  let asked: Record<string, number>;
  beforeEach(() => {
    host = openInstance();
    asked = { a: 100, b: 100, c: 100 };
  });
  afterEach(() => host.close());

  const init = (name: string): number => pidsOf(host.cgroup(name))[0] ?? 0;
  /** Another limit for one; the others are written as they were. */
  const save = (): void => {
    asked['a'] = (asked['a'] ?? 0) + 1;
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon, `  resources: {pids: {max: ${asked[name]}}}`]));
  };
  const expectAsAsked = (): void => {
    expect(misfits(host, names).join('\n')).toBe('');
    expect(names.map((name) => readCgroup(host.cgroup(name), 'pids.max'))).toEqual(names.map((name) => String(asked[name])));
  };

  it('because there are more than the kernel keeps are made up for by the next full look, and later ones are heard', { timeout: 60_000 * trials }, async ({ task }) => {
    const resyncMs = 4_000;
    const events = 2 * Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
    save();
    const watcher = host.watch('--resync', `${resyncMs}ms`);
    await watcher.until(/watching/i);
    for (let trial = 0; trial < trials; trial += 1) {
      const untouched = startTimeOf(init('a'));
      watcher.child.kill('SIGSTOP');
      writeFileSync(join(host.manifests, 'note-0'), '');
      for (let index = 0; index < events / 2; index += 1) renameSync(join(host.manifests, `note-${index}`), join(host.manifests, `note-${index + 1}`));
      // Nobody is told of any of this.
      process.kill(init('b'), 'SIGKILL');
      writeCgroup(host.cgroup('c'), 'pids.max', '7');
      rmSync(host.manifests, { recursive: true });
      mkdirSync(host.manifests);
      save();
      watcher.child.kill('SIGCONT');

      await eventually(expectAsAsked, resyncMs + lookMs);
      save();
      await eventually(expectAsAsked, resyncMs / 2);
      expect(startTimeOf(init('a'))).toBe(untouched);
    }
    expect(await watcher.stop()).toBe(0);
    expectConverged(host, names);
    task.meta.faultTrials = { ...lost, trials };
  });

  it.for<Pick<FewWatches, 'count' | 'errno'>>([
    { count: 1, errno: 'ENOSPC' },
    { count: 0, errno: 'EMFILE' },
  ])('because the kernel allows $count watches, and says $errno, are made up for by each full look, and heard once it allows more', { timeout: 60_000 * trials }, async (few, { task }) => {
    const lifted = join(host.folder, 'lifted');
    const env = { FEW_WATCHES: JSON.stringify({ ...few, lifted }), NODE_OPTIONS: `--import=${preload}` };
    save();
    const watcher = host.startIn(['env', ...Object.entries(env).map(([key, value]) => `${key}=${value}`)], 'watch', '--resync', '1s', host.manifests);
    await watcher.until(/watching/i);
    await watcher.until(/events may be missed/);
    const untouched = startTimeOf(init('a'));
    const setting = { ENOSPC: 'fs.inotify.max_user_watches', EMFILE: 'fs.inotify.max_user_instances' }[few.errno];
    const warned = (): string[] => watcher.output().split('\n').filter((line) => line.includes(`watch ${host.folder}`));
    await watcher.until(new RegExp(`sysctl -w ${setting}=N[^]*read by the next full pass: as often as --resync says`));

    for (let trial = 0; trial < trials; trial += 1) {
      save();
      writeCgroup(host.cgroup('c'), 'pids.max', '7');
      process.kill(init('b'), 'SIGKILL');
      await eventually(expectAsAsked, 1_000 + lookMs);
      expect(warned()).toEqual([expect.stringContaining(`${few.errno}, ${setting} is used up`)]);
    }

    expect(startTimeOf(init('a'))).toBe(untouched);
    writeFileSync(lifted, '');
    const isWatched = (): boolean => spawnSync('grep', ['-qs', 'inotify', '-r', `/proc/${watcher.child.pid}/fdinfo`]).status === 0;
    await eventually(() => { expect(isWatched()).toBe(true); }, 1_000 + lookMs);
    save();
    await eventually(expectAsAsked, 1_000 + lookMs);
    expect(await watcher.stop()).toBe(0);
    task.meta.faultTrials = { ...lost, trials };
  });

  it('because the file system of the manifests is unmounted and mounted again delete nothing, and later ones are heard', { timeout: 60_000 * trials }, async ({ task }) => {
    const resyncMs = 3_000;
    const mount = (): void => { expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', host.manifests]).status).toBe(0); };
    const unmount = (): void => { expect(spawnSync('umount', [host.manifests]).status).toBe(0); };
    mount();
    try {
      save();
      const watcher = host.watch('--resync', `${resyncMs}ms`);
      await watcher.until(/watching/i);
      const before = names.map((name) => startTimeOf(init(name)));

      for (let trial = 0; trial < trials; trial += 1) {
        const told = watcher.output().length;
        await eventually(unmount);
        await eventually(() => { expect(watcher.output().slice(told)).toMatch(/the source holds no manifest at all/); });
        // As long as it takes to be settled, and again.
        await delay(1_000);
        expectAsAsked();
        mount();
        save();
        await eventually(expectAsAsked, resyncMs + lookMs);
        save();
        await eventually(expectAsAsked, resyncMs / 2);
      }

      expect(names.map((name) => startTimeOf(init(name)))).toEqual(before);
      expect(await watcher.stop()).toBe(0);
    } finally {
      if (existsSync(join(host.manifests, 'a.yaml'))) unmount();
    }
    task.meta.faultTrials = { ...lost, trials };
  });
});
