import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCgroups } from '../../../src/host/cgroup/driver.ts';
import type { LimitFile } from '../../../src/host/cgroup/limit-file.ts';
import type { Room } from '../../../src/host/cgroup/mode.ts';
import { writeLimits } from '../../../src/host/cgroup/write.ts';
import type { KernelWrite } from '../../../src/state/resources.ts';
import { below, makeTree } from './cgroup-tree.ts';
import type { CgroupTree } from './cgroup-tree.ts';
import { unified } from './mountinfo-samples.ts';

const memoryMax: KernelWrite = {
  field: 'memory.max',
  controller: 'memory',
  file: 'memory.max',
  value: '536870912',
  direction: 'increase',
};

function treeWith(files: Readonly<Record<string, string>>): CgroupTree {
  return makeTree({
    mountinfo: unified,
    hierarchies: [''],
    files: { 'cgroup.controllers': 'cpu memory pids io\n', ...below('reconcile/web', { 'cgroup.controllers': '\n', ...files }) },
  });
}

describe('write', () => {
  it('writes each value in order', async () => {
    const tree = treeWith({ 'memory.max': 'max\n', 'pids.max': 'max\n' });

    await tree.open().write('web', [memoryMax, { ...memoryMax, field: 'pids.max', controller: 'pids', file: 'pids.max', value: '9' }]);

    expect(readFileSync(tree.at('reconcile/web/memory.max'), 'utf8')).toBe('536870912');
    expect(readFileSync(tree.at('reconcile/web/pids.max'), 'utf8')).toBe('9');
  });

  it('ends with what is told once a limit is written, and takes back what held usage down for it', async () => {
    const tree = treeWith({ 'memory.max': 'max\n' });
    const told: string[] = [];
    const makeRoom = (): Promise<Room> => Promise.resolve({
      check: () => {
        told.push(readFileSync(tree.at('reconcile/web/memory.max'), 'utf8'));
        throw new Error('the kernel killed');
      },
      release: () => { told.push('released'); },
    });
    const limit = { file: 'memory.max', holds: () => true } as unknown as LimitFile;

    await expect(writeLimits({ name: 'web', writes: [memoryMax], limits: [limit], usage: [], dirOf: () => tree.at('reconcile/web'), isCgroup: () => true, makeRoom })).rejects.toThrow('the kernel killed');

    expect(told).toEqual(['536870912', 'released']);
  });

  it('makes no file that is not there, and names the controller to enable', async () => {
    const tree = treeWith({});

    await expect(tree.open().write('web', [memoryMax])).rejects.toThrow(
      `web: write "536870912" to ${tree.at('reconcile/web/memory.max')}: ` +
        `ENOENT, controller memory is not enabled in ${tree.at('reconcile')}/cgroup.subtree_control`,
    );
    expect(existsSync(tree.at('reconcile/web/memory.max'))).toBe(false);
  });

  it('follows no symbolic link', async () => {
    const tree = treeWith({});
    writeFileSync(tree.at('victim'), 'kept');
    symlinkSync(tree.at('victim'), tree.at('reconcile/web/memory.max'));

    await expect(tree.open().write('web', [memoryMax])).rejects.toThrow('ELOOP');
    expect(readFileSync(tree.at('victim'), 'utf8')).toBe('kept');
  });

  it('names the value, what the file holds instead, and the usage, where a value did not stick', async () => {
    const tree = treeWith({ 'memory.max': 'max\n', 'memory.current': '611319808\n' });
    const path = tree.at('reconcile/web/memory.max');

    await expect(tree.open().write('web', [{ ...memoryMax, value: '1k ' }])).rejects.toThrow(
      `web: wrote "1k " to ${path}, but it holds "1k" (present usage 611319808)`,
    );
  });

  it('writes nowhere but on a cgroup file system', async () => {
    const tree = treeWith({ 'memory.max': 'max\n' });
    const onCgroups = (dir: string): boolean => !dir.includes('reconcile');
    const driver = openCgroups({ parent: 'reconcile', mountinfo: unified, root: tree.root, isCgroup: onCgroups });

    await expect(driver.write('web', [memoryMax])).rejects.toThrow('the cgroup is gone, or this is no cgroup');
    expect(readFileSync(tree.at('reconcile/web/memory.max'), 'utf8')).toBe('max\n');
  });

  it('stops at the first write that fails', async () => {
    const tree = treeWith({ 'pids.max': 'max\n' });
    const second = { ...memoryMax, field: 'pids.max', controller: 'pids', file: 'pids.max', value: '9' } as const;

    await expect(tree.open().write('web', [memoryMax, second])).rejects.toThrow('memory.max');
    expect(readFileSync(tree.at('reconcile/web/pids.max'), 'utf8')).toBe('max\n');
  });

  it('can be tried again where the cgroup went away', async () => {
    const tree = treeWith({ 'memory.max': 'max\n' });
    const driver = tree.open();
    rmSync(tree.at('reconcile/web'), { recursive: true });
    mkdirSync(tree.at('reconcile/web'));

    await expect(driver.write('web', [memoryMax])).rejects.toThrow(expect.objectContaining({ retryable: true }));
  });
});
