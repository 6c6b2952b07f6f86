import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders, commandLine, isAlive, pidsOf, readCgroup, writeCgroup } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';
import { bytesOf, keyedValue, makeOuterCgroup, openSwap } from '../support/unified.ts';

const describeUnified = requires({ root: true, cgroup: 'unified', programs: ['conmon', 'busybox', 'mkswap', 'swapon'] });
const mebi = 2 ** 20;

/** Shell that fills a file of so many MiB: in /dev/shm nothing but swap can take it, in /data the disk can. */
const fill = (path: string, mib: number): string => `/bin/busybox dd if=/dev/zero of=${path} bs=1M count=${mib} 2>/dev/null; /bin/busybox sync; echo full; /bin/busybox sleep 100000`;

/** A folder of the instance, which lies on a disk, as /data. */
function dataOf(host: Instance): string {
  const source = join(host.folder, 'disk');
  mkdirSync(source, { recursive: true });
  return `  mounts: [{source: ${source}, target: /data}]`;
}

describeUnified('memory.high', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance({ onlyHere: true }); });
  afterEach(() => host.close());

  it('holds usage down without a kill, where the kernel can reclaim', async () => {
    host.write('web.yaml', shell('web', fill('/data/big', 96), [dataOf(host), '  resources: {memory: {high: 24Mi}}']));

    host.apply();

    await expect.poll(() => host.run('logs', 'web').stdout, { timeout: within(30_000) }).toMatch(/full/);
    const web = host.cgroup('web');
    expect(keyedValue(web, 'memory.events', 'high')).toBeGreaterThan(0);
    expect(bytesOf(web, 'memory.current')).toBeLessThan(32 * mebi);
    expect(keyedValue(web, 'memory.events', 'oom_kill')).toBe(0);
  });
});

describeUnified('memory.min and memory.low', () => {
  let host: Instance;
  const outer = `recouter-${process.pid}`;
  let made: ReturnType<typeof makeOuterCgroup>;
  beforeEach(() => {
    made = makeOuterCgroup(outer);
    host = openInstance({ above: `${outer}/`, onlyHere: true });
  });
  afterEach(async () => {
    await host.close();
    made.remove();
  });

  it.each(['min', 'low'])('memory.%s keeps what a container has in memory, while its neighbours lose theirs', async (level) => {
    const keep = fill('/data/$HOSTNAME', 24);
    host.write('web.yaml', shell('web', keep, [dataOf(host), `  resources: {memory: {${level}: 48Mi}}`]));
    host.write('bare.yaml', shell('bare', keep, [dataOf(host)]));
    host.apply();
    await expect.poll(() => host.run('logs', 'web').stdout + host.run('logs', 'bare').stdout, { timeout: within(30_000) }).toMatch(/full\nfull/);

    writeCgroup(outer, 'memory.max', String(96 * mebi));
    host.write('flood.yaml', shell('flood', fill('/data/flood', 160), [dataOf(host)]));
    host.apply();

    await expect.poll(() => host.run('logs', 'flood').stdout, { timeout: within(60_000) }).toMatch(/full/);
    expect(keyedValue(host.cgroup('web'), 'memory.stat', 'file')).toBeGreaterThan(22 * mebi);
    expect(keyedValue(host.cgroup('bare'), 'memory.stat', 'file')).toBeLessThan(16 * mebi);
  });

  it('give our parent their sum, which follows a resize, a removal and a foreign hand', () => {
    host.write('web.yaml', sleeper('web', ['  resources: {memory: {min: 16Mi, low: 32Mi}}']));
    host.write('db.yaml', sleeper('db', ['  resources: {memory: {min: 8Mi}}']));
    const sums = (): number[] => ['memory.min', 'memory.low'].map((file) => bytesOf(host.parent, file) / mebi);

    host.apply();
    expect(sums()).toEqual([24, 32]);
    host.write('db.yaml', sleeper('db', ['  resources: {memory: {min: 40Mi}}']));
    host.apply();
    expect(sums()).toEqual([56, 32]);
    writeCgroup(host.parent, 'memory.min', '0');
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
    expect(sums()).toEqual([56, 32]);
    host.remove('db.yaml');
    host.apply();

    expect(sums()).toEqual([16, 32]);
  });
});

describeUnified('memory.swap.max', () => {
  let host: Instance;
  let swap: ReturnType<typeof openSwap>;
  beforeAll(() => { swap = openSwap('/var/tmp/reconcile-test.swap', 96); });
  afterAll(() => { swap.close(); });
  beforeEach(() => { host = openInstance({ onlyHere: true }); });
  afterEach(() => host.close());

  it('lets a container swap what its memory does not hold, and no more than it says', async () => {
    host.write('web.yaml', shell('web', fill('/dev/shm/big', 40), ['  resources: {memory: {max: 24Mi, swap: {max: 48Mi}}}']));

    host.apply();

    await expect.poll(() => host.run('logs', 'web').stdout, { timeout: within(60_000) }).toMatch(/full/);
    const web = host.cgroup('web');
    expect(bytesOf(web, 'memory.swap.current')).toBeGreaterThan(12 * mebi);
    expect(bytesOf(web, 'memory.swap.current')).toBeLessThanOrEqual(48 * mebi);
    expect(bytesOf(web, 'memory.current')).toBeLessThanOrEqual(24 * mebi);
    expect(keyedValue(web, 'memory.events', 'oom_kill')).toBe(0);
  });

  it('of nothing makes the kernel kill instead', async () => {
    host.write('web.yaml', shell('web', fill('/dev/shm/big', 40), ['  resources: {memory: {max: 24Mi, swap: {max: 0}}}']));

    host.apply();

    await expect.poll(() => keyedValue(host.cgroup('web'), 'memory.events', 'oom_kill'), { timeout: within(60_000) }).toBeGreaterThan(0);
    expect(readCgroup(host.cgroup('web'), 'memory.swap.current')).toBe('0');
  });

  it('takes what a memory limit below usage leaves no room for, with the process going on', async () => {
    const script = fill('/dev/shm/big', 40);
    host.write('web.yaml', shell('web', script, ['  resources: {memory: {max: 64Mi, swap: {max: 64Mi}}}']));
    host.apply();
    await expect.poll(() => host.run('logs', 'web').stdout, { timeout: within(60_000) }).toMatch(/full/);
    const pid = host.pid('web');

    host.write('web.yaml', shell('web', script, ['  resources: {memory: {max: 24Mi, swap: {max: 64Mi}}}']));
    host.apply('--allow-hazards');

    const web = host.cgroup('web');
    expect(readCgroup(web, 'memory.max')).toBe(String(24 * mebi));
    expect(bytesOf(web, 'memory.swap.current')).toBeGreaterThan(12 * mebi);
    expect(keyedValue(web, 'memory.events', 'oom_kill')).toBe(0);
    expect(host.pid('web')).toBe(pid);
  });
});

describeUnified('memory.oom.group', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance({ onlyHere: true }); });
  afterEach(() => host.close());

  it('has all processes of a container killed together for lack of memory, else one of them; the neighbours go on', async () => {
    const hog = '/bin/busybox sleep 100000 & /bin/busybox tail /dev/zero; /bin/busybox sleep 200000';
    const memory = (more = ''): string[] => [`  resources: {memory: {max: 16Mi, swap: {max: 0}${more}}}`];
    host.write('all.yaml', shell('all', hog, memory(', oom: {group: true}')));
    host.write('one.yaml', shell('one', hog, memory()));
    host.write('web.yaml', sleeper('web', memory()));
    const kills = (name: string): number[] => ['oom_kill', 'oom_group_kill'].map((key) => keyedValue(host.cgroup(name), 'memory.events', key));
    const words = (name: string): string[] => pidsOf(host.cgroup(name)).map(commandLine).sort();

    host.apply();

    await expect.poll(() => words('one'), { timeout: within(20_000) }).toEqual(['/bin/busybox sleep 100000 ', '/bin/busybox sleep 200000 ']);
    await expect.poll(() => host.status(), { timeout: within(20_000) }).toMatchObject([
      { name: 'all', status: 'stopped', exit: { code: 137, oomKilled: true } },
      { name: 'one', status: 'running', restarts: 0, usage: { oomKills: 1 } },
      { name: 'web', status: 'running', restarts: 0, usage: { oomKills: 0 } },
    ]);
    expect(words('all')).toEqual([]);
    // The kernel may count the one that it chose twice.
    expect([kills('all'), kills('one'), kills('web')]).toEqual([[expect.toBeOneOf([3, 4]), 1], [1, 0], [0, 0]]);
    const plan = JSON.parse(host.run('plan', '-o', 'json', host.manifests).stdout) as { changes: object[] };
    expect(plan.changes).toMatchObject([{ name: 'all', action: 'restart', reason: 'killed-for-memory' }, { name: 'one', action: 'none' }, { name: 'web', action: 'none' }]);
  });
});

describeUnified('memory.max below usage', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance({ onlyHere: true }); });
  afterEach(() => host.close());

  /** A container of 96 MiB that ran `script` until it said so; then the same with 32 MiB. */
  async function shrink(script: string, ...flags: string[]): Promise<{ readonly pid: number; readonly result: ReturnType<Instance['run']> }> {
    host.write('web.yaml', shell('web', script, [dataOf(host), '  resources: {memory: {max: 96Mi}}']));
    host.apply();
    await expect.poll(() => host.run('logs', 'web').stdout, { timeout: within(60_000) }).toMatch(/full/);
    const pid = host.pid('web');
    host.write('web.yaml', shell('web', script, [dataOf(host), '  resources: {memory: {max: 32Mi}}']));
    return { pid, result: host.run('apply', '--yes', ...flags, host.manifests) };
  }

  function limits(): string[] {
    return ['memory.max', 'memory.high'].map((file) => readCgroup(host.cgroup('web'), file));
  }

  it('is a hazard, refused with both numbers', async () => {
    host.refuses('a limit below what is in use');
    const { pid, result } = await shrink(fill('/data/big', 64));

    expect(result.status).toBe(1);
    expect(result.stdout + result.stderr).toMatch(/33554432 bytes is\s+below the present usage of\s+\d{8} bytes/);
    expect(limits()).toEqual([String(96 * mebi), 'max']);
    expect(isAlive(pid)).toBe(true);
  });

  it('where that is allowed reclaims first, then holds the limit, with the same process and no kill', async () => {
    const { pid, result } = await shrink(fill('/data/big', 64), '--allow-hazards');

    expect(result.stdout + result.stderr).toMatch(/Applied to 1 container/);
    expect(limits()).toEqual([String(32 * mebi), 'max']);
    expect(bytesOf(host.cgroup('web'), 'memory.current')).toBeLessThanOrEqual(32 * mebi);
    expect(keyedValue(host.cgroup('web'), 'memory.events', 'oom_kill')).toBe(0);
    expect(host.pid('web')).toBe(pid);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('where that is allowed spares a process that goes on taking memory', async () => {
    const busy = 'echo full; while true; do /bin/busybox dd if=/dev/zero of=/data/big bs=1M count=64 2>/dev/null; done';
    const { pid, result } = await shrink(busy, '--allow-hazards');

    // Dirty pages may be too slow to write: then nothing is changed. A kill is what must not be.
    expect(limits()).toEqual([String((result.status === 0 ? 32 : 96) * mebi), 'max']);
    expect(keyedValue(host.cgroup('web'), 'memory.events', 'oom_kill')).toBe(0);
    expect(host.pid('web')).toBe(pid);
    host.write('web.yaml', shell('web', busy, [dataOf(host), '  resources: {memory: {max: 96Mi}}']));
  });

  it('that the kernel cannot reclaim fails with both numbers, kills nobody and leaves every limit as it was', async () => {
    host.refuses('a limit below what is in use');
    const { pid, result } = await shrink(fill('/dev/shm/big', 48), '--allow-hazards');

    expect(result.status).toBe(1);
    expect(result.stdout + result.stderr).toMatch(/web: write "33554432" to\s+\S+memory\.max: usage stays at \d{8} bytes/);
    expect(limits()).toEqual([String(96 * mebi), 'max']);
    expect(keyedValue(host.cgroup('web'), 'memory.events', 'oom_kill')).toBe(0);
    expect([isAlive(pid), host.pid('web')]).toEqual([true, pid]);
    expect(cgroupFolders(host.cgroup('web'))).toHaveLength(1);
  });
});
