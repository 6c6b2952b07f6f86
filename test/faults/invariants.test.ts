import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { cgroupFolders, freeze, mode, pidsOf, writeCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { misfitsOf } from '../support/misfits.ts';
import { monitorOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';
import { readWanted } from '../support/wanted.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'unshare'] });

describeOnHost('the invariants that every test ends with', () => {
  let host: Instance;
  let children: ChildProcess[];
  beforeEach(() => {
    host = openInstance();
    children = [];
    host.write('web.yaml', sleeper('web', ['  resources: {memory: {max: 64Mi}}']));
    host.apply();
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await host.close();
  });

  const start = (command: string, ...args: string[]): ChildProcess => {
    const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    return child;
  };

  it('hold after a creation, a drift and an end', () => {
    expect(brokenInvariants(host)).toEqual([]);
    writeCgroup(host.cgroup('web'), 'pids.max', '7');
    expect(brokenInvariants(host)).toEqual([]);
    process.kill(host.pid('web'), 'SIGKILL');
    expect(brokenInvariants(host)).toEqual([]);
  });

  it('are held to the kernel while a watch lives, too: without an apply first', async () => {
    host.write('web.yaml', sleeper('web', ['  resources: {memory: {max: 64Mi}, cpu: {max: 0.5, weight: 200}}']));
    host.apply();
    const found = (): string[] => misfitsOf(host, readWanted(host.manifests));
    expect(found()).toEqual([]);

    const [quota, weight] = mode === 'unified' ? ['cpu.max', 'cpu.weight'] : ['cpu.cfs_quota_us', 'cpu.shares'];
    writeCgroup(host.cgroup('web'), quota, mode === 'unified' ? '20000 100000' : '20000');
    writeCgroup(host.cgroup('web'), weight, '300');
    freeze(host.cgroup('web'));
    process.kill(monitorOf(host, 'web'), 'SIGKILL');

    await expect.poll(found).toEqual(['web has no monitor', 'web is frozen', expect.stringMatching(/^web: cpu\.max is 20000/), expect.stringMatching(/^web: cpu\.weight is 300/)]);
  });

  it.each<[string, RegExp, () => unknown]>([
    ['a process that goes on', /^process \d+ is left over/, () => start('sh', '-c', 'read -r line', join(host.root, 'bundles/web'))],
    ['a second instance', /^web runs 2 times/, () => start('unshare', '--pid', '--fork', '--kill-child', 'sh', '-c', 'sleep 100000; true')],
    ['a file that is half written', /\/\.tmp-x is left over$/, () => { writeFileSync(join(host.root, '.tmp-x'), ''); }],
    ['a cgroup that nobody asks for', /^cgroup of nobody: Leak$/, () => { for (const folder of cgroupFolders(host.parent)) mkdirSync(join(folder, 'Leak'), { recursive: true }); }],
    ['a manifest that cannot be carried out', /^apply at the end: status 1/, () => { host.write('bad.yaml', sleeper('bad').replace('[/bin/busybox, sleep', '[/bin/none, sleep')); }],
  ])('are broken by %s', async (what, words, breakIt) => {
    const child = breakIt() as ChildProcess | undefined;
    if (what === 'a second instance') {
      await expect.poll(() => childOf(child)).not.toBe('');
      writeCgroup(host.cgroup('web'), 'cgroup.procs', childOf(child));
      expect(pidsOf(host.cgroup('web')).length).toBeGreaterThan(1);
    }

    expect(brokenInvariants(host)).toContainEqual(expect.stringMatching(words));

    for (const folder of cgroupFolders(`${host.parent}/Leak`)) rmdirSync(folder);
    rmSync(join(host.root, '.tmp-x'), { force: true });
    rmSync(join(host.manifests, 'bad.yaml'), { force: true });
    child?.kill('SIGKILL');
    await expect.poll(() => pidsOf(host.cgroup('web')).length).toBe(1);
  });
});

/** The first process in the pid namespace that `unshare` made. */
function childOf(child: ChildProcess | undefined): string {
  return readFileSync(`/proc/${child?.pid}/task/${child?.pid}/children`, 'utf8').trim();
}
