import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { KernelWrite } from '../../../src/state/resources.ts';
import { below, makeTree } from './cgroup-tree.ts';
import type { CgroupTree } from './cgroup-tree.ts';
import { unified } from './mountinfo-samples.ts';

const mebi = 2 ** 20;

/** Containers by their memory.min in MiB, below a parent that is protected by `parent` bytes. */
function treeOf(containers: Readonly<Record<string, number | 'max'>>, parent = '0'): CgroupTree {
  const filesOf = (min: number | 'max'): Record<string, string> =>
    ({ 'cgroup.controllers': 'memory\n', 'cgroup.procs': '', 'memory.min': `${min === 'max' ? min : min * mebi}\n`, 'memory.low': '0\n' });
  const children = Object.entries(containers).map(([name, min]) => below(`reconcile/${name}`, filesOf(min)));
  const own = below('reconcile', { 'memory.min': `${parent}\n`, 'memory.low': '0\n', 'cgroup.controllers': 'memory\n' });
  return makeTree({ mountinfo: unified, hierarchies: [''], files: { 'cgroup.controllers': 'memory\n', ...own, ...Object.assign({}, ...children) as object } });
}

function minWrite(mib: number): KernelWrite {
  return { field: 'memory.min', controller: 'memory', file: 'memory.min', value: String(mib * mebi), direction: 'set' };
}

function parentOf(tree: CgroupTree): string {
  return readFileSync(tree.at('reconcile/memory.min'), 'utf8').trim();
}

describe('the protection of our parent', () => {
  it.each([
    ['all of them', { web: 64, db: 32 }, String(96 * mebi)],
    ['none', { web: 0 }, '0'],
    ['one without bound', { web: 'max', db: 32 }, 'max'],
  ] as const)('is the sum of its containers: %s', (_case, containers, sum) => {
    const tree = treeOf(containers, '12288');

    tree.open().protectParent();

    expect(parentOf(tree)).toBe(sum);
  });

  it('follows a container that is resized, whoever else is there', async () => {
    const tree = treeOf({ web: 64, db: 32 });
    const driver = tree.open();

    await driver.write('web', [minWrite(16)]);
    expect(parentOf(tree)).toBe(String(48 * mebi));
    await driver.write('web', [minWrite(128)]);

    expect(parentOf(tree)).toBe(String(160 * mebi));
  });

  it('follows one that came or went behind our back, when it is looked at anew', () => {
    const tree = treeOf({ web: 64, db: 32 });
    const driver = tree.open();
    driver.protectParent();
    rmSync(tree.at('reconcile/db'), { recursive: true });
    mkdirSync(tree.at('reconcile/new'));
    writeFileSync(tree.at('reconcile/new/memory.min'), `${8 * mebi}\n`);

    driver.protectParent();

    expect(parentOf(tree)).toBe(String(72 * mebi));
  });

  it('takes what somebody wrote to a container when that is read', () => {
    const tree = treeOf({ web: 64 });
    const driver = tree.open();
    driver.protectParent();
    writeFileSync(tree.at('reconcile/web/memory.min'), `${4 * mebi}\n`);

    driver.read('web');
    driver.protectParent();

    expect(parentOf(tree)).toBe(String(4 * mebi));
  });

  it('is not written where it is right', () => {
    const tree = treeOf({ web: 64 }, `${64 * mebi}\n\n`);

    tree.open().protectParent();

    expect(readFileSync(tree.at('reconcile/memory.min'), 'utf8')).toBe(`${64 * mebi}\n\n\n`);
  });

  it('is left out where the parent is not there yet', () => {
    const tree = makeTree({ mountinfo: unified, hierarchies: [''], files: { 'cgroup.controllers': 'memory\n' } });

    expect(() => { tree.open().protectParent(); }).not.toThrow();
  });
});
