import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { below, makeTree } from '../cgroup-tree.ts';
import type { CgroupTree } from '../cgroup-tree.ts';
import { unified } from '../mountinfo-samples.ts';

const all = 'cpuset cpu io memory hugetlb pids rdma misc\n';

/** The root, which alone has processes beside controllers and no type. */
const root = { 'cgroup.controllers': all, 'cgroup.subtree_control': 'memory pids\n', 'cgroup.procs': '1\n' };

const cgroup = { 'cgroup.type': 'domain\n', 'cgroup.controllers': all, 'cgroup.subtree_control': '', 'cgroup.procs': '' };

function treeWith(files: Readonly<Record<string, string>>): CgroupTree {
  return makeTree({ mountinfo: unified, hierarchies: [''], files: { ...root, ...files } });
}

const unit = 'system.slice/a.service';

/** Each obstacle as one line, without where the tree lies. */
function linesOf(tree: CgroupTree, parent?: string): string[] {
  return tree.inspect(parent).obstacles.map(({ reason, mend, isPartial }) => `${isPartial ? 'partly ' : ''}${reason} | ${mend}`.replaceAll(tree.root, ''));
}

describe('the way to our parent', () => {
  it('is free where only the root has processes, and where nothing is left to be enabled', () => {
    expect(linesOf(treeWith({}))).toEqual([]);
    expect(linesOf(treeWith(below('reconcile', cgroup)))).toEqual([]);
    expect(linesOf(treeWith({ ...below('apps', { ...cgroup, 'cgroup.subtree_control': all, 'cgroup.procs': '7\n' }) }), 'apps/reconcile')).toEqual([]);
  });

  it('is blocked by processes in a cgroup that is to have controllers', () => {
    const apps = { ...cgroup, 'cgroup.subtree_control': 'memory\n', 'cgroup.procs': '7\n8\n9\n10\n11\n' };

    expect(linesOf(treeWith(below('apps', apps)), 'apps/reconcile')).toEqual([
      '/sys/fs/cgroup/apps: has processes (7, 8, 9 and 2 more), and then cgroups in it can have no cpu, cpuset, io, pids: EBUSY | ' +
        'choose another --cgroup-parent, or move the processes into a cgroup of their own below that one',
    ]);
  });

  it.each(['threaded', 'domain threaded', 'domain invalid'])('is blocked by a cgroup that is %s', (type) => {
    expect(linesOf(treeWith(below('reconcile', { ...cgroup, 'cgroup.type': `${type}\n` })))).toEqual([
      `/sys/fs/cgroup/reconcile: is ${type}: no container can be below it | choose another --cgroup-parent`,
    ]);
  });

  it('begins at a unit, which without Delegate=yes lacks controllers that the host has', () => {
    const slice = below('system.slice', { ...cgroup, 'cgroup.procs': '5\n' });

    const [free, withheld] = ['cpuset cpu io memory pids\n', 'memory pids\n'].map((controllers) =>
      linesOf(treeWith({ ...slice, ...below(unit, { ...cgroup, 'cgroup.controllers': controllers }) }), `${unit}/reconcile`));

    expect(free).toEqual([]);
    expect(withheld).toEqual([
      'partly /sys/fs/cgroup/system.slice/a.service: has no cpu, cpuset, io: the cgroup above keeps them, and limits of these cannot be held | ' +
        'Delegate=yes in the unit that this cgroup belongs to, systemctl daemon-reload, and start the unit anew',
    ]);
  });

  it('is closed where the unit does not run', () => {
    expect(linesOf(treeWith(below('system.slice', cgroup)), `${unit}/reconcile`)).toEqual([
      `--cgroup-parent ${unit}/reconcile: a.service does not run, and only systemd can make its cgroup | systemctl start a.service`,
    ]);
  });

  it('lacks what is kept from the container that we are in', () => {
    const tree = treeWith({ ...cgroup, 'cgroup.controllers': 'cpuset cpu memory pids\n' });

    expect(linesOf(tree)).toEqual([expect.stringMatching(/^partly \/sys\/fs\/cgroup: has no io: the cgroup above keeps it, and limits of it cannot be held \| Delegate=yes /)]);
  });

  it('is looked at without a change', () => {
    const tree = treeWith(below('apps', cgroup));

    tree.inspect('apps/reconcile');

    expect(readdirSync(tree.at('apps')).sort()).toEqual(Object.keys(cgroup).sort());
    expect(readFileSync(tree.at('cgroup.subtree_control'), 'utf8')).toBe('memory pids\n');
  });
});

describe('files of newer kernels', () => {
  const found = (tree: CgroupTree) => Object.fromEntries(tree.inspect().newerFiles.map(({ name, isThere }) => [name, isThere]));

  it('are unknown where there is the root alone', () => {
    expect(found(treeWith({}))).toEqual({ 'cpu.pressure': undefined, 'cgroup.kill': undefined, 'memory.reclaim': undefined });
  });

  it('are looked for in any cgroup that should have them', () => {
    const tree = treeWith({
      ...below('a', { ...cgroup, 'cgroup.controllers': 'pids\n', 'cgroup.kill': '' }),
      ...below('b', { ...cgroup, 'cgroup.controllers': 'memory\n' }),
    });

    expect(found(tree)).toEqual({ 'cpu.pressure': false, 'cgroup.kill': true, 'memory.reclaim': false });
  });
});
