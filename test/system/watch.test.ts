import { mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { cgroupFolders, isAlive, pidsOf, readCgroup, startTimeOf, writeCgroup } from '../support/kernel.ts';
import { limitCases } from '../support/limits.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { itOnce, requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('a watch', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const watchReady = async (...args: string[]) => {
    const watcher = host.watch(...args);
    await watcher.until(/watching/i);
    return watcher;
  };

  it('brings a saved limit to the kernel without touching the process', async () => {
    host.write('web.yaml', sleeper('web', ['  resources: {pids: {max: 32}}']));
    await watchReady();
    const pid = host.pid('web');

    host.write('web.yaml', sleeper('web', ['  resources: {pids: {max: 64}}']));

    await eventually(() => { expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('64'); });
    expect(host.pid('web')).toBe(pid);
  });

  it('reports drift where the manifest says so, in the status and in the log, and leaves it', async () => {
    host.write('web.yaml', sleeper('web', ['  resources: {pids: {max: 64}}', '  drift: {default: enforce, paths: {resources.pids: report}}']));
    const watcher = await watchReady();

    writeCgroup(host.cgroup('web'), 'pids.max', '48');

    await watcher.until(/drift.*pids\.max|pids\.max.*drift/is);
    expect(host.status().flatMap((row) => row.drift.map(({ path }) => path))).toEqual(['resources.pids.max']);
    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('48');
  });

  it('starts a killed process again, each time later, and counts', async () => {
    host.write('web.yaml', sleeper('web', ['  restart: {backoff: {initial: 300ms, max: 1m, resetAfter: 1h}}']));
    await watchReady();
    const delays: number[] = [];

    for (let round = 1; round <= 3; round += 1) {
      const killed = Date.now();
      process.kill(host.pid('web'), 'SIGKILL');
      await eventually(() => { expect(host.status()[0]).toMatchObject({ status: 'running', restarts: round }); });
      delays.push(Date.now() - killed);
    }

    expect(delays[0]).toBeGreaterThanOrEqual(300);
    expect(delays[1]).toBeGreaterThanOrEqual(600);
    expect(delays[2]).toBeGreaterThanOrEqual(1_200);
  });

  it('makes a container anew whose processes and cgroup somebody removed', async () => {
    host.write('web.yaml', sleeper('web', ['  restart: {backoff: {initial: 10ms}}', '  resources: {pids: {max: 64}}']));
    const watcher = await watchReady('--resync', '1s');
    const pid = host.pid('web');

    await unseenBy(watcher, async () => {
      for (const one of pidsOf(host.cgroup('web'))) process.kill(one, 'SIGKILL');
      await eventually(() => { expect(isAlive(pid)).toBe(false); });
      for (const folder of cgroupFolders(host.cgroup('web'))) removeFolder(folder);
    });

    await eventually(() => { expect(host.status()[0]?.status).toBe('running'); });
    expect(host.pid('web')).not.toBe(pid);
    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('64');
  });

  it('deletes what belongs to a manifest that was removed', async () => {
    for (const name of ['a', 'b', 'c']) host.write(`${name}.yaml`, sleeper(name));
    await watchReady();

    host.remove('b.yaml');

    await eventually(() => { expect(cgroupFolders(host.cgroup('b'))).toEqual([]); });
    await eventually(() => { expect(host.status().map((row) => row.name)).toEqual(['a', 'c']); });
  });

  itOnce.each<[string, (host: Instance) => void]>([
    ['an empty folder', (one) => { for (const file of readdirSync(one.manifests)) one.remove(file); }],
    ['a folder that is gone', (one) => { rmSync(one.manifests, { recursive: true }); }],
    ['a file that is wrong', (one) => { one.remove('a.yaml'); one.write('b.yaml', 'kind: Containr\n'); }],
    ['a file cut off in the middle', (one) => { one.write('a.yaml', sleeper('a').slice(0, 60)); }],
  ])('deletes nothing for %s', async (_title, spoil) => {
    const writeBoth = (): void => { for (const name of ['a', 'b']) host.write(`${name}.yaml`, sleeper(name)); };
    writeBoth();
    const watcher = await watchReady('--resync', '500ms');
    const before = ['a', 'b'].map((name) => host.pid(name));

    await unseenBy(watcher, () => { spoil(host); });
    await watcher.until(/not deleted|cannot be read|wrong|fault|unreadable|does not exist|error/i);
    await new Promise((resolve) => setTimeout(resolve, 1_500));

    expect(before.map(isAlive)).toEqual([true, true]);
    mkdirSync(host.manifests, { recursive: true });
    writeBoth();
  });

  itOnce('takes an editor’s rename and a burst of saves for one change', async () => {
    host.write('web.yaml', sleeper('web', ['  resources: {pids: {max: 32}}']));
    await watchReady();
    const pid = host.pid('web');
    const started = startTimeOf(pid);

    for (let max = 33; max <= 60; max += 1) {
      const text = sleeper('web', [`  resources: {pids: {max: ${max}}}`]);
      renameSync(join(host.manifests, 'web.yaml'), join(host.manifests, 'web.yaml~'));
      writeFileSync(join(host.manifests, '.web.yaml.swp'), text);
      renameSync(join(host.manifests, '.web.yaml.swp'), join(host.manifests, 'web.yaml'));
    }

    await eventually(() => { expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('60'); });
    expect(startTimeOf(pid)).toBe(started);
  });

  itOnce('goes on with the other containers where one manifest is wrong, and takes it up once it is mended', async () => {
    host.write('good.yaml', sleeper('good', ['  resources: {pids: {max: 32}}']));
    host.write('bad.yaml', sleeper('bad').replace('args', 'argz'));
    const watcher = host.watch();
    await watcher.until(/argz/);
    await eventually(() => { expect(readCgroup(host.cgroup('good'), 'pids.max')).toBe('32'); });

    host.write('bad.yaml', sleeper('bad'));

    await eventually(() => { expect(host.status().map((row) => row.status)).toEqual(['running', 'running']); });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends within a second on %s, and leaves the containers running', async (signal) => {
    host.write('web.yaml', sleeper('web'));
    const watcher = await watchReady();
    const pid = host.pid('web');

    const told = Date.now();
    const status = await watcher.stop(signal);

    expect(Date.now() - told).toBeLessThan(within(1_000));
    expect(status).toBe(0);
    expect(isAlive(pid)).toBe(true);
  });

  itOnce('refuses a second watch of the same root, naming the first', async () => {
    host.write('web.yaml', sleeper('web'));
    const watcher = await watchReady();

    const second = host.run('watch', host.manifests);

    expect(second.status).toBe(1);
    expect(second.stderr).toContain(String(watcher.child.pid));
  });

  itOnce('does not write the log of a container that prints into its own output', async () => {
    host.write('web.yaml', shell('web', 'while true; do echo noise; /bin/busybox sleep 0.1; done'));
    const watcher = await watchReady();

    await expect.poll(() => host.run('logs', '--tail', '1', 'web').stdout).toMatch(/noise/);
    expect(watcher.output()).not.toMatch(/noise/);
  });
});

// One watch for all fields: each has a container of its own, and starting a watch is most of what this takes.
describeOnHost('a watch', () => {
  let host: Instance;
  const nameOf = (field: string): string => field.replaceAll('.', '-');

  beforeAll(async () => {
    host = openInstance();
    for (const { field, after } of limitCases) host.write(`${nameOf(field)}.yaml`, sleeper(nameOf(field), [`  resources: ${after}`]));
    await host.watch('--resync', '1h').until(/watching/i);
  });
  afterAll(() => host.close());

  it.each(limitCases)('heals $field when somebody else writes it', async ({ field, file, held, foreign }) => {
    const cgroup = host.cgroup(nameOf(field));
    expect(readCgroup(cgroup, file)).toBe(held[1]);

    writeCgroup(cgroup, file, foreign);

    await eventually(() => { expect(readCgroup(cgroup, file)).toBe(held[1]); });
  });
});

/** The steps of `act` are one to the watch, which stands still meanwhile. */
async function unseenBy({ child }: Watcher, act: () => void | Promise<void>): Promise<void> {
  child.kill('SIGSTOP');
  await act();
  child.kill('SIGCONT');
}

/** Waits out the moment in which the kernel still counts dead processes. */
function removeFolder(folder: string): void {
  for (let attempt = 0; ; attempt += 1) {
    try {
      rmdirSync(folder);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      if (attempt > 200) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
