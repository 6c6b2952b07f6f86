import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CgroupDriver } from '../../../src/host/cgroup/driver.ts';
import { countCalls } from '../../support/count-calls.ts';
import { below, makeTree } from './cgroup-tree.ts';
import type { CgroupTree } from './cgroup-tree.ts';
import { hybridApart, hybridJoint, legacy } from './mountinfo-samples.ts';

const apart = ['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'systemd', 'unified'];
const unlimited = '9223372036854771712\n';

const memory = {
  'memory.limit_in_bytes': '268435456\n',
  'memory.memsw.limit_in_bytes': '268435456\n',
  'memory.usage_in_bytes': '1318912\n',
  'memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  'cgroup.procs': '',
};
const cpu = { 'cpu.cfs_quota_us': '150000\n', 'cpu.cfs_period_us': '100000\n', 'cpu.shares': '2048\n', 'cgroup.procs': '7\n0\n9\n' };
const cpuset = { 'cpuset.cpus': '0-1\n', 'cpuset.mems': '0\n' };
const pids = { 'pids.max': '128\n', 'pids.current': '3\n' };
const blkio = {
  'blkio.throttle.read_bps_device': '',
  'blkio.throttle.write_bps_device': '254:0 10485760\n',
  'blkio.throttle.read_iops_device': '',
  'blkio.throttle.write_iops_device': '254:0 500\n',
  'blkio.bfq.weight': '100\n',
};

const root = {
  ...below('cpu', { ...cpu, 'cpu.cfs_quota_us': '-1\n' }),
  ...below('cpuset', cpuset),
  ...below('memory', { ...memory, 'memory.limit_in_bytes': unlimited, 'memory.memsw.limit_in_bytes': unlimited }),
  ...below('blkio', { 'blkio.throttle.read_bps_device': '', 'blkio.bfq.io_service_bytes': '' }),
};

/** Every cgroup has the files, also the parent. */
function cgroup(path: string): Record<string, string> {
  return {
    ...below(`cpu/${path}`, cpu),
    ...below(`cpuacct/${path}`, { 'cpuacct.usage': '42000999\n' }),
    ...below(`cpuset/${path}`, cpuset),
    ...below(`memory/${path}`, memory),
    ...below(`pids/${path}`, pids),
    ...below(`blkio/${path}`, blkio),
    ...below(`freezer/${path}`, { 'freezer.state': 'THAWED\n', 'cgroup.procs': '' }),
  };
}

const web = { ...cgroup('reconcile'), ...cgroup('reconcile/web') };

function hybridTree(files: Readonly<Record<string, string>> = {}): CgroupTree {
  return makeTree({ mountinfo: hybridApart, hierarchies: apart, files: { ...root, ...files } });
}

describe('hybrid host', () => {
  it('tells a file that somebody else wrote from one that holds what it was read or written as', async () => {
    const tree = hybridTree(web);
    const driver = tree.open();
    const dir = tree.at('pids/reconcile/web');
    const isNews = (): boolean => driver.isNews('web', dir, 'pids.max');
    const beforeALook = isNews();

    driver.read('web');
    const afterALook = isNews();
    await driver.write('web', [{ field: 'pids.max', controller: 'pids', file: 'pids.max', value: '64', direction: 'decrease' }]);
    const afterOurWrite = isNews();
    writeFileSync(`${dir}/pids.max`, '65');

    expect([beforeALook, afterALook, afterOurWrite, isNews()]).toEqual([true, false, false, true]);
    expect(driver.isNews('web', dir, 'cgroup.procs')).toBe(true);
  });

  describe('once somebody wrote to files of a cgroup that was read', () => {
    const openRead = (): { readonly driver: CgroupDriver; write(file: string, value: string): boolean } => {
      const tree = hybridTree(web);
      const driver = tree.open();
      const dir = tree.at('pids/reconcile/web');
      driver.read('web');
      const write = (file: string, value: string): boolean => {
        writeFileSync(`${dir}/${file}`, value);
        return driver.isNews('web', dir, file);
      };
      return { driver, write };
    };

    it('tells its limits without reading any other file, once', () => {
      const { driver, write } = openRead();
      const before = driver.read('web');
      write('pids.max', '48');

      const news = driver.readNews('web');

      expect(news).toEqual({ ...before, files: { ...before?.files, 'pids.max': '48' } });
      expect(driver.readNews('web')).toBeUndefined();
      expect(driver.read('web')).toBe(news);
    });

    it('tells that nothing was noticed only until something is, and again once it was read or written', async () => {
      const { driver, write } = openRead();
      const before = driver.unnoticed('web');
      write('pids.max', '48');
      const afterTheirs = driver.unnoticed('web');
      const read = driver.read('web');
      const afterALook = driver.unnoticed('web');
      await driver.write('web', [{ field: 'pids.max', controller: 'pids', file: 'pids.max', value: '64', direction: 'increase' }]);

      expect(before?.files['pids.max']).toBe('128');
      expect(afterTheirs).toBeUndefined();
      expect(afterALook).toBe(read);
      expect(driver.unnoticed('web')?.files['pids.max']).toBe('64');
      expect(driver.unnoticed('gone')).toBeUndefined();
    });

    it('tells nothing where a file was written that it does not read', () => {
      const { driver, write } = openRead();
      write('pids.max', '48');
      write('cgroup.procs', '7');

      expect(driver.readNews('web')).toBeUndefined();
    });

    it('tells nothing where the old value was written back, or we wrote after them', async () => {
      const { driver, write } = openRead();
      const held = driver.read('web')?.files['pids.max'] ?? '';
      const written = [write('pids.max', '48'), write('pids.max', held)];
      const afterTheirs = driver.readNews('web');
      write('pids.max', '48');
      await driver.write('web', [{ field: 'pids.max', controller: 'pids', file: 'pids.max', value: held, direction: 'increase' }]);

      expect(written).toEqual([true, false]);
      expect([afterTheirs, driver.readNews('web')]).toEqual([undefined, undefined]);
    });
  });

  it('reads limits, usage and processes from the hierarchy of each', () => {
    const driver = hybridTree(web).open();

    expect(driver.read('web')).toEqual({
      path: '/reconcile/web',
      files: {
        'cpu.cfs_quota_us': '150000',
        'cpu.cfs_period_us': '100000',
        'cpu.shares': '2048',
        'cpuset.cpus': '0-1',
        'cpuset.mems': '0',
        'memory.limit_in_bytes': '268435456',
        'memory.memsw.limit_in_bytes': '268435456',
        'pids.max': '128',
        'blkio.throttle.read_bps_device': '',
        'blkio.throttle.write_bps_device': '254:0 10485760',
        'blkio.throttle.read_iops_device': '',
        'blkio.throttle.write_iops_device': '254:0 500',
        'blkio.bfq.weight': '100',
      },
    });
    expect(driver.usage('web')).toEqual({ cpuUsec: 42_000, memoryBytes: 1_318_912, oomKills: 2, tasks: 3 });
    expect(driver.pids('web')).toEqual([7, 9]);
    expect([7, 8].map((pid) => driver.holds('web', pid))).toEqual([true, false]);
  });

  it('reads what is left of a cgroup that was removed from some hierarchies', () => {
    const driver = hybridTree({ ...cgroup('reconcile'), ...below('pids/reconcile/web', pids) }).open();

    expect(driver.read('web')).toMatchObject({ files: { 'pids.max': '128' } });
    expect(driver.usage('web')).toEqual({ tasks: 3 });
    expect(driver.read('other')).toBeUndefined();
  });

  it('lists what any hierarchy has, and nothing where the parent is not there', () => {
    const tree = hybridTree();
    expect(tree.open().list()).toEqual([]);

    mkdirSync(tree.at('freezer/reconcile/web'), { recursive: true });
    mkdirSync(tree.at('unified/reconcile/api'), { recursive: true });

    expect(tree.open().list()).toEqual(['api', 'web']);
  });

  it('names what v1 lacks, and finds BFQ\'s weight by a sign in the root', () => {
    const { facts, codec } = hybridTree().open();

    expect(Object.keys(facts.unsupported)).toEqual(['memory.min', 'memory.low', 'memory.high', 'memory.oom.group']);
    expect(codec.fileOf('io.weight')).toBe('blkio.bfq.weight');
  });

  it('finds out that the kernel counts no swap', () => {
    const tree = makeTree({
      mountinfo: hybridApart,
      hierarchies: apart,
      files: { ...root, 'memory/reconcile/memory.limit_in_bytes': unlimited },
    });

    expect(tree.open().facts.unsupported['memory.swap.max']).toBe('this kernel has no memory.memsw.limit_in_bytes');
  });

  it('says where a controller is that belongs to cgroup2', () => {
    const mountinfo = hybridApart.replace(/^.*\/pids .*\n/m, '');
    const tree = makeTree({ mountinfo, hierarchies: apart, files: { ...root, 'unified/cgroup.controllers': 'hugetlb pids\n' } });

    expect(tree.open().facts.unsupported['pids.max']).toContain(
      `controller pids is at ${tree.at('unified')}, while others are in hierarchies of their own`,
    );
  });

  it('takes the parent\'s CPUs for the default, as they are now', () => {
    const tree = hybridTree(below('cpuset/reconcile', cpuset));
    const driver = tree.open();
    expect(driver.codec.toFiles({})['cpuset.cpus']).toBe('0-1');

    writeFileSync(tree.at('cpuset/reconcile/cpuset.cpus'), '0\n');

    expect(driver.facts.cpus).toBe('0');
    expect(driver.codec.toFiles({})['cpuset.cpus']).toBe('0');
  });

  it('makes a nested parent in every hierarchy with controllers, and none in systemd\'s', () => {
    const tree = hybridTree();

    tree.open('apps/reconcile').ensureParent();

    expect(apart.filter((name) => existsSync(tree.at(`${name}/apps/reconcile`)))).toEqual(apart.slice(0, 8));
  });

  it('fills the parent\'s cpuset from the one above, from the top down', () => {
    const empty = { 'cpuset.cpus': '\n', 'cpuset.mems': '\n' };
    const tree = hybridTree({ ...below('cpuset/apps', empty), ...below('cpuset/apps/reconcile', empty) });

    tree.open('apps/reconcile').ensureParent();

    expect(readFileSync(tree.at('cpuset/apps/reconcile/cpuset.cpus'), 'utf8')).toBe('0-1');
    expect(readFileSync(tree.at('cpuset/apps/cpuset.mems'), 'utf8')).toBe('0');
  });

  it('has the kernel fill the cpusets of containers, and those of nobody else', () => {
    const unfilled = { ...cpuset, 'cgroup.clone_children': '0\n' };
    const tree = hybridTree({ ...below('cpuset', unfilled), ...below('cpuset/apps', unfilled), ...below('cpuset/apps/reconcile', unfilled) });
    const flagOf = (dir: string): string => readFileSync(tree.at(`${dir}/cgroup.clone_children`), 'utf8').trim();

    tree.open('apps/reconcile').ensureParent();

    expect(['cpuset', 'cpuset/apps', 'cpuset/apps/reconcile'].map(flagOf)).toEqual(['0', '0', '1']);
  });

  it('watches each directory with limits once, and that of the freezer', () => {
    const tree = hybridTree();

    expect(tree.open().directories('web').toSorted()).toEqual(
      ['blkio', 'cpu', 'cpuset', 'freezer', 'memory', 'pids'].map((name) => tree.at(`${name}/reconcile/web`)),
    );
  });

  it('kills the processes of every hierarchy, thaws, and leaves our own process alone', async () => {
    const [one, other] = [spawn('sleep', ['60']), spawn('sleep', ['60'])];
    const tree = hybridTree(web);
    writeFileSync(tree.at('memory/reconcile/web/cgroup.procs'), `${one.pid}\n${process.pid}\n`);
    mkdirSync(tree.at('pids/reconcile/web/child'));
    writeFileSync(tree.at('pids/reconcile/web/child/cgroup.procs'), `${other.pid}\n`);
    writeFileSync(tree.at('cpu/reconcile/web/cgroup.procs'), '');
    const driver = tree.open();
    const pidsBefore = driver.pids('web');
    const ended = [once(one, 'exit'), once(other, 'exit')];

    driver.kill('web');

    expect(await Promise.all(ended)).toEqual([[null, 'SIGKILL'], [null, 'SIGKILL']]);
    expect(pidsBefore).toEqual([one.pid, other.pid, process.pid].sort((a, b) => Number(a) - Number(b)));
    expect(readFileSync(tree.at('freezer/reconcile/web/freezer.state'), 'utf8')).toBe('THAWED');
  });

  it('removes a cgroup with its children from every hierarchy, then the parent', async () => {
    const tree = hybridTree();
    for (const name of apart) mkdirSync(tree.at(`${name}/reconcile/web/child/deeper`), { recursive: true });
    const driver = tree.open();

    driver.removeParentIfEmpty();
    expect(existsSync(tree.at('memory/reconcile'))).toBe(true);
    await driver.remove('web', { timeoutMs: 1000 });
    driver.removeParentIfEmpty();

    expect(apart.filter((name) => existsSync(tree.at(`${name}/reconcile`)))).toEqual([]);
  });

  it('removes a cgroup without processes by one call a hierarchy', async () => {
    const tree = hybridTree();
    for (const name of apart) mkdirSync(tree.at(`${name}/reconcile/web`), { recursive: true });
    const driver = tree.open();

    const calls = await countCalls(() => driver.remove('web', { timeoutMs: 1000 }));

    expect(calls).toEqual({ rmdirSync: apart.length });
    expect(driver.list()).toEqual([]);
  });

  it('gives up a cgroup that stays busy, naming directory and processes', async () => {
    const tree = hybridTree(below('cpu/reconcile/web', { 'cgroup.procs': `${process.pid}\n` }));

    await expect(tree.open().remove('web', { timeoutMs: 5 })).rejects.toMatchObject({
      code: 'ERR_CGROUP_BUSY',
      message: expect.stringContaining(`${tree.at('cpu/reconcile/web')}: busy after 5 ms with processes ${process.pid}`),
      retryable: true,
    });
  });

  it('finds nothing to kill or remove where a cgroup is gone', async () => {
    const driver = hybridTree().open();

    driver.kill('web');
    await driver.remove('web', { timeoutMs: 5 });

    expect(driver.pids('web')).toEqual([]);
  });
});

describe('other v1 hosts', () => {
  it('reads CPU time where cpu and cpuacct are one hierarchy', () => {
    const tree = makeTree({
      mountinfo: hybridJoint,
      hierarchies: ['memory', 'cpu,cpuacct', 'freezer', 'cpuset', 'pids', 'blkio', 'net_cls,net_prio', 'devices', 'systemd', 'unified'],
      files: {
        ...root,
        ...below('cpu,cpuacct/reconcile', cpu),
        ...below('cpu,cpuacct/reconcile/web', { ...cpu, 'cpuacct.usage': '5000\n' }),
      },
    });

    expect(tree.open().read('web')).toMatchObject({ files: { 'cpu.shares': '2048' } });
    expect(tree.open().usage('web')).toMatchObject({ cpuUsec: 5 });
  });

  it('opens a legacy host, which has no cgroup2 at all', () => {
    const tree = makeTree({ mountinfo: legacy, hierarchies: apart.slice(0, 8), files: { ...root, ...web } });
    const driver = tree.open();

    expect(driver.mode).toBe('legacy');
    expect(driver.usage('web').oomKills).toBe(2);
  });
});
