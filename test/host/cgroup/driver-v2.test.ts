import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/host/cgroup/driver.ts';
import { below, makeTree } from './cgroup-tree.ts';
import type { CgroupTree } from './cgroup-tree.ts';
import { unified } from './mountinfo-samples.ts';

const root = {
  'cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma misc\n',
  'cgroup.subtree_control': 'memory pids\n',
  'cpuset.cpus.effective': '0-3\n',
  'cpuset.mems.effective': '0\n',
  'cgroup.procs': '1\n',
};

const web = below('reconcile/web', {
  'cpu.max': '150000 100000\n',
  'cpu.weight': '100\n',
  'cpu.stat': 'usage_usec 4200\nuser_usec 4000\nsystem_usec 200\nnr_periods 0\n',
  'cpuset.cpus': '\n',
  'cpuset.mems': '\n',
  'memory.min': '0\n',
  'memory.low': '0\n',
  'memory.high': 'max\n',
  'memory.max': '268435456\n',
  'memory.swap.max': 'max\n',
  'memory.oom.group': '0\n',
  'memory.current': '1318912\n',
  'memory.events': 'low 0\nhigh 0\nmax 9\noom 1\noom_kill 1\noom_group_kill 5\n',
  'pids.max': '128\n',
  'pids.current': '2\n',
  'io.max': '254:0 rbps=max wbps=10485760 riops=max wiops=max\n',
  'io.weight': 'default 100\n',
  'cgroup.controllers': 'cpuset cpu io memory pids\n',
  'cgroup.procs': '',
  'cgroup.kill': '',
});

function unifiedTree(files: Readonly<Record<string, string>> = {}): CgroupTree {
  return makeTree({ mountinfo: unified, hierarchies: [''], files: { ...root, ...files } });
}

/** A parent that has every controller, as after `ensureParent` on a kernel with iocost. */
const parent = below('reconcile', {
  ...Object.fromEntries(Object.keys(web).map((path) => [path.replace('reconcile/web/', ''), ''])),
  'cgroup.controllers': 'cpuset cpu io memory pids\n',
  'cgroup.subtree_control': 'cpuset cpu io memory pids\n',
});

describe('unified host', () => {
  it('reads limits, usage and processes', () => {
    const driver = unifiedTree({ ...parent, ...web, 'reconcile/web/cgroup.procs': '31\n0\n45\n' }).open();

    expect(driver.facts).toEqual({ unsupported: {}, cpus: '0-3', mems: '0' });
    expect(driver.read('web')).toEqual({
      path: '/reconcile/web',
      files: {
        'cpu.max': '150000 100000',
        'cpu.weight': '100',
        'cpuset.cpus': '',
        'cpuset.mems': '',
        'memory.min': '0',
        'memory.low': '0',
        'memory.high': 'max',
        'memory.max': '268435456',
        'memory.swap.max': 'max',
        'memory.oom.group': '0',
        'pids.max': '128',
        'io.max': '254:0 rbps=max wbps=10485760 riops=max wiops=max',
        'io.weight': 'default 100',
      },
    });
    expect(driver.usage('web')).toEqual({ cpuUsec: 4200, memoryBytes: 1_318_912, oomKills: 1, tasks: 2 });
    expect(driver.pids('web')).toEqual([31, 45]);
  });

  it('gives no key for the files of a controller that is not enabled', () => {
    const driver = unifiedTree({ 'reconcile/web/pids.max': 'max\n', 'reconcile/web/cgroup.procs': '' }).open();

    expect(driver.read('web')?.files).toEqual({ 'pids.max': 'max' });
  });

  it('names the fields of a controller that the kernel does not have', () => {
    const { facts } = unifiedTree({ 'cgroup.controllers': 'cpu memory pids\n' }).open();

    expect(Object.keys(facts.unsupported)).toEqual(['cpuset.cpus', 'cpuset.mems', 'io.max', 'io.weight']);
    expect(facts.unsupported['io.max']).toMatch(/^controller io is not in .*\/sys\/fs\/cgroup\/cgroup.controllers$/);
  });

  it('knows io.weight by a cgroup that has it, else by a sign in the root', () => {
    const without = unifiedTree().open();
    const aside = unifiedTree(below('user.slice', { 'cgroup.controllers': 'io\n', 'io.max': '', 'io.bfq.weight': 'default 100\n' })).open();
    const sign = unifiedTree({ 'io.cost.qos': '' }).open();

    expect(without.facts.unsupported).toEqual({ 'io.weight': 'this kernel has no io.weight or io.bfq.weight' });
    expect(aside.codec.fileOf('io.weight')).toBe('io.bfq.weight');
    expect(sign.codec.fileOf('io.weight')).toBe('io.weight');
  });

  it('enables what is missing, and only that, from the root down', () => {
    const tree = unifiedTree(parent);
    writeFileSync(tree.at('reconcile/cgroup.subtree_control'), 'cpuset cpu io memory\n');

    tree.open().ensureParent();

    expect(readFileSync(tree.at('cgroup.subtree_control'), 'utf8')).toBe('+cpu +cpuset +io');
    expect(readFileSync(tree.at('reconcile/cgroup.subtree_control'), 'utf8')).toBe('+pids');
  });

  it('names each controller that cannot be enabled', () => {
    const tree = unifiedTree();
    mkdirSync(tree.at('reconcile'));
    writeFileSync(tree.at('reconcile/cgroup.controllers'), 'memory pids\n');

    expect(() => tree.open().ensureParent()).toThrow(
      /enable controller memory: write "\+memory" to .*subtree_control: ENOENT.*; enable controller pids: write/,
    );
  });

  it('enables several in one write', () => {
    const tree = unifiedTree({ 'cgroup.subtree_control': '\n' });

    expect(() => tree.open().ensureParent()).not.toThrow();

    expect(readFileSync(tree.at('cgroup.subtree_control'), 'utf8')).toBe('+cpu +cpuset +io +memory +pids');
  });

  it('kills through cgroup.kill', () => {
    const tree = unifiedTree({ ...parent, ...web });

    tree.open().kill('web');

    expect(readFileSync(tree.at('reconcile/web/cgroup.kill'), 'utf8')).toBe('1');
  });

  it('signals one by one, without freezing, where our own process is inside', async () => {
    const child = spawn('sleep', ['60']);
    const tree = unifiedTree({ ...parent, ...web, 'reconcile/web/cgroup.freeze': '' });
    writeFileSync(tree.at('reconcile/web/cgroup.procs'), `${child.pid}\n${process.pid}\n`);
    const ended = once(child, 'exit');

    tree.open().kill('web');

    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(readFileSync(tree.at('reconcile/web/cgroup.kill'), 'utf8')).toBe('');
    expect(readFileSync(tree.at('reconcile/web/cgroup.freeze'), 'utf8')).toBe('');
  });

  it('freezes, signals and thaws where the kernel has no cgroup.kill', async () => {
    const child = spawn('sleep', ['60']);
    const tree = unifiedTree(below('reconcile/web', { 'cgroup.procs': `${child.pid}\n`, 'cgroup.freeze': '' }));
    const ended = once(child, 'exit');

    tree.open().kill('web');

    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(readFileSync(tree.at('reconcile/web/cgroup.freeze'), 'utf8')).toBe('0');
  });
});

describe('a frozen cgroup', () => {
  const events = (frozen: 0 | 1): string => `populated 1\nfrozen ${frozen}\n`;

  it('shows as frozen, and no other', () => {
    const tree = unifiedTree({ ...parent, ...web, 'reconcile/web/cgroup.events': events(1), ...below('reconcile/db', { 'cgroup.events': events(0) }) });

    expect(tree.open().read('web')).toHaveProperty('frozen', true);
    expect(tree.open().read('db')).not.toHaveProperty('frozen');
  });

  it('goes on, and our parent is left alone where it was not frozen', () => {
    const tree = unifiedTree({ ...parent, ...web, 'reconcile/web/cgroup.freeze': '1\n', 'reconcile/cgroup.freeze': '0\n', 'reconcile/cgroup.events': events(0) });

    tree.open().thaw('web');

    expect(readFileSync(tree.at('reconcile/web/cgroup.freeze'), 'utf8')).toBe('0');
    expect(readFileSync(tree.at('reconcile/cgroup.freeze'), 'utf8')).toBe('0\n');
  });

  it('by one above our parent is an error that says so, once our own are thawed', () => {
    const tree = unifiedTree({ ...parent, ...web, 'reconcile/cgroup.freeze': '1\n', 'reconcile/cgroup.events': events(1) });

    expect(() => tree.open().thaw('web')).toThrow(`web: thaw ${tree.at('reconcile/web')}: a cgroup above ${tree.at('reconcile')} is frozen`);
    expect(readFileSync(tree.at('reconcile/cgroup.freeze'), 'utf8')).toBe('0');
  });
});

describe('openCgroups', () => {
  it('refuses a mount point that is no cgroup file system', () => {
    const tree = unifiedTree();

    expect(() => openCgroups({ parent: 'reconcile', mountinfo: unified, root: tree.root })).toThrow(
      `${tree.at('')}: mounted as a cgroup file system, but is none now`.replace('/:', ':'),
    );
  });

  for (const name of ['', '/', '..', 'a/../b', 'a//b', 'a/', '-x', 'a b', 'a\nb', `a${'b'.repeat(300)}`]) {
    it(`refuses the parent ${JSON.stringify(name.slice(0, 20))}`, () => {
      expect(() => unifiedTree().open(name)).toThrow(expect.objectContaining({ code: 'ERR_USAGE' }));
    });
  }

  for (const name of ['', '.', '..', '../web', 'a/b', 'a\0', 'a\n']) {
    it(`touches nothing for the name ${JSON.stringify(name)}`, async () => {
      const driver = unifiedTree(parent).open();
      const refused = expect.objectContaining({ code: 'ERR_USAGE' });

      expect(() => driver.read(name)).toThrow(refused);
      expect(() => driver.kill(name)).toThrow(refused);
      await expect(driver.remove(name, { timeoutMs: 1 })).rejects.toEqual(refused);
    });
  }
});
