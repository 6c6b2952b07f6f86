import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeRoom } from '../../../../src/host/cgroup/v2/room.ts';
import type { KernelWrite } from '../../../../src/state/resources.ts';
import { below, makeTree } from '../cgroup-tree.ts';
import type { CgroupTree } from '../cgroup-tree.ts';
import { unified } from '../mountinfo-samples.ts';

const mebi = 2 ** 20;

/** A container whose usage nothing lowers: plain files reclaim nothing. */
function treeOf(usage: number, files: Readonly<Record<string, string>> = {}): CgroupTree {
  const memory = { 'memory.max': 'max\n', 'memory.high': 'max\n', 'memory.current': `${usage}\n` };
  return makeTree({
    mountinfo: unified,
    hierarchies: [''],
    files: { 'cgroup.controllers': 'memory\n', ...below('reconcile/web', { 'cgroup.controllers': '\n', ...memory, ...files }) },
  });
}

function limit(file: 'memory.max' | 'memory.high', mib: number): KernelWrite {
  return { field: file, controller: 'memory', file, value: String(mib * mebi), direction: 'decrease' };
}

/** Stands for a kernel that reclaims whatever memory.high asks for. Gives the values that it saw. */
function obeyHigh(tree: CgroupTree): readonly number[] {
  const seen: number[] = [];
  const timer = setInterval(() => {
    const high = Number(contentOf(tree, 'memory.high'));
    if (high >= Number(contentOf(tree, 'memory.current'))) return;
    seen.push(high);
    writeFileSync(tree.at('reconcile/web/memory.current'), `${high}\n`);
  }, 1);
  onTestFinished(() => { clearInterval(timer); });
  return seen;
}

function contentOf(tree: CgroupTree, file: string): string {
  return readFileSync(tree.at(`reconcile/web/${file}`), 'utf8').trim();
}

describe('memory.max below usage', () => {
  it('is not written where usage stays, and says both numbers', async () => {
    const tree = treeOf(64 * mebi, { 'memory.reclaim': '' });

    await expect(tree.open().write('web', [limit('memory.max', 32)])).rejects.toMatchObject({
      code: 'ERR_CGROUP_WRITE',
      retryable: true,
      message: expect.stringMatching(/^web: write "33554432" to .*memory\.max: usage stays at 67108864 bytes/) as string,
    });

    expect([contentOf(tree, 'memory.max'), contentOf(tree, 'memory.high')]).toEqual(['max', 'max']);
    expect(Number(contentOf(tree, 'memory.reclaim'))).toBeGreaterThan(0);
  });

  it('goes by memory.high alone on a kernel without memory.reclaim, in steps, and puts it back', async () => {
    const tree = treeOf(64 * mebi, { 'memory.high': `${128 * mebi}\n` });
    const steps = obeyHigh(tree);

    await tree.open().write('web', [limit('memory.max', 32)]);

    expect([contentOf(tree, 'memory.max'), contentOf(tree, 'memory.high')]).toEqual([String(32 * mebi), String(128 * mebi)]);
    expect(steps.length).toBeGreaterThan(2);
    expect(steps.at(-1)).toBe(30 * mebi);
  });

  it('puts memory.high back where that does not help', async () => {
    const tree = treeOf(64 * mebi, { 'memory.high': `${128 * mebi}\n` });

    await expect(tree.open().write('web', [limit('memory.max', 32)])).rejects.toThrow('usage stays');

    expect([contentOf(tree, 'memory.max'), contentOf(tree, 'memory.high')]).toEqual(['max', String(128 * mebi)]);
  });

  it('ends at once when told to stop, and leaves both as they were', async () => {
    const tree = treeOf(64 * mebi);

    await expect(tree.open().write('web', [limit('memory.max', 32)], AbortSignal.abort(new Error('stop')))).rejects.toThrow('stop');

    expect([contentOf(tree, 'memory.max'), contentOf(tree, 'memory.high')]).toEqual(['max', 'max']);
  });
});

describe('memory.max that was written', () => {
  /** As a container that takes more while its limit goes down: `happens` is called once the limit is there. */
  async function lowerWhile(happens: (tree: CgroupTree) => void): Promise<void> {
    const tree = treeOf(31 * mebi, { 'memory.events': 'oom 1\noom_kill 1\n' });
    const room = await makeRoom({ name: 'web', dir: tree.at('reconcile/web'), write: { ...limit('memory.max', 32), before: 'max' } });
    happens(tree);
    room?.check?.();
  }

  it('is told where the kernel killed meanwhile, with the count of kills and what is in use', async () => {
    await expect(lowerWhile((tree) => { writeFileSync(tree.at('reconcile/web/memory.events'), 'oom 2\noom_kill 3\n'); })).rejects.toMatchObject({
      code: 'ERR_CGROUP_WRITE',
      retryable: true,
      message: expect.stringMatching(/^web: wrote "33554432" to .*memory\.max, .*: oom_kill was 1, is 3; usage is 32505856 bytes$/) as string,
    });
  });

  it('is told where more is in use all the same, and not where the kernel took a little more', async () => {
    const use = (mib: number) => (tree: CgroupTree): void => { writeFileSync(tree.at('reconcile/web/memory.current'), `${mib * mebi}\n`); };

    await expect(lowerWhile(use(210))).rejects.toThrow('but usage is 220200960 bytes');
    await expect(lowerWhile(use(33))).resolves.toBeUndefined();
  });

  it('is not looked at in a new cgroup, which holds no process yet', async () => {
    const tree = treeOf(0);

    expect(await makeRoom({ name: 'web', dir: tree.at('reconcile/web'), write: limit('memory.max', 32) })).toBeUndefined();
  });
});

describe('a limit of memory that is not below usage', () => {
  it.each([['memory.max', 64], ['memory.high', 64]] as const)('%s is written, and nothing is reclaimed', async (file, mib) => {
    const tree = treeOf(64 * mebi, { 'memory.reclaim': '' });

    await tree.open().write('web', [limit(file, mib)]);

    expect(contentOf(tree, file)).toBe(String(mib * mebi));
    expect(contentOf(tree, 'memory.reclaim')).toBe('');
  });
});

describe('memory.high below usage', () => {
  it('is written although usage stays: the kernel throttles and does not kill', async () => {
    const tree = treeOf(64 * mebi, { 'memory.reclaim': '' });

    await tree.open().write('web', [limit('memory.high', 32)]);

    expect(contentOf(tree, 'memory.high')).toBe(String(32 * mebi));
  });
});
