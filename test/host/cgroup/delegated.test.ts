import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { delegatedDepth } from '../../../src/host/cgroup/delegated.ts';
import { below, makeTree } from './cgroup-tree.ts';
import type { CgroupTree } from './cgroup-tree.ts';
import { unified } from './mountinfo-samples.ts';

const parent = 'system.slice/a.service/reconcile';

const some = { 'cgroup.controllers': 'cpuset cpu io memory pids\n', 'cgroup.subtree_control': 'memory\n' };

function treeWith(files: Readonly<Record<string, string>>): CgroupTree {
  return makeTree({ mountinfo: unified, hierarchies: [''], files: { ...some, ...below('system.slice', some), ...files } });
}

const enabledIn = (tree: CgroupTree, dir: string): string => readFileSync(tree.at(`${dir}/cgroup.subtree_control`), 'utf8');

describe('a parent below a unit of systemd', () => {
  it('is made in the unit, with no write to a cgroup above it', () => {
    const tree = treeWith(below('system.slice/a.service', some));

    tree.open(parent).ensureParent();

    expect(enabledIn(tree, 'system.slice/a.service')).toContain('+');
    expect([enabledIn(tree, '.'), enabledIn(tree, 'system.slice')]).toEqual(['memory\n', 'memory\n']);
  });

  it('is not made where the unit does not run', () => {
    const tree = treeWith({});

    expect(() => { tree.open(parent).ensureParent(); }).toThrow(expect.objectContaining({
      code: 'ERR_HOST_UNSUPPORTED',
      message: `--cgroup-parent ${parent}: a.service does not run, and only systemd can make its cgroup`,
      hint: 'systemctl start a.service',
    }));
  });

  it.each([
    ['reconcile', 0],
    ['apps.slice/reconcile', 0],
    ['system.slice/a.service', 2],
    ['user.slice/user@0.service/app.slice/b.scope/reconcile', 4],
  ])('%s has %i parts that are not ours to make', (name, depth) => {
    expect(delegatedDepth(name.split('/'))).toBe(depth);
  });
});
