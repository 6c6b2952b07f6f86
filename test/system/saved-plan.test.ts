import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { readCgroup, writeCgroup } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { itOnce, requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('a saved plan', () => {
  let host: Instance;
  let file: string;
  beforeEach(() => {
    host = openInstance();
    file = join(host.folder, 'next.plan');
  });
  afterEach(() => host.close());

  const limited = (max: number): string => sleeper('web', ['  replicas: 2', `  resources: {pids: {max: ${max}}}`]);
  const limits = (): string[] => ['web-0', 'web-1'].map((name) => readCgroup(host.cgroup(name), 'pids.max'));
  const save = (): void => {
    const { status, stderr } = host.run('plan', '--out', file, host.manifests);
    expect(status, stderr).toBe(0);
  };

  it('is refused when the host was changed behind its back, and done once it is made again', () => {
    host.write('web.yaml', limited(32));
    host.apply();
    host.write('web.yaml', limited(48));
    save();
    writeCgroup(host.cgroup('web-0'), 'pids.max', '40');
    const pids = host.status().map((row) => row.pid);

    const refused = host.run('apply', file);

    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('stale plan: web-0 pids.max is now 40, was 32');
    expect(refused.stderr).toContain('ERR_STALE_PLAN');
    expect(refused.stderr).not.toContain('web-1');
    expect(refused.stdout).toBe('');
    expect(limits()).toEqual(['40', '32']);

    save();
    const done = host.run('apply', file);

    expect([done.status, limits()]).toEqual([0, ['48', '48']]);
    expect(host.status().map((row) => row.pid)).toEqual(pids);
    const after = host.run('plan', '--detailed-exitcode', host.manifests);
    expect([after.status, after.stdout]).toEqual([0, expect.stringMatching(/No changes\.\n$/)]);
  });

  itOnce('does the steps that it names and no more, from nothing to running', () => {
    host.write('web.yaml', limited(32));
    save();

    const { status } = host.run('apply', file);

    expect(status).toBe(0);
    expect(host.status().map((row) => [row.name, row.status])).toEqual([['web-0', 'running'], ['web-1', 'running']]);
    expect(host.run('apply', file).stderr).toContain('stale plan: web-0 is now to be left as it is, was: create');
  });

  itOnce.each<[what: string, change: () => void, words: RegExp]>([
    ['a manifest', () => host.write('web.yaml', limited(50)), /the manifests are now revision \w+, were \w+[^]*web-0 pids\.max is now asked to be 50, was 48/],
    ['a secret in a manifest', () => host.write('web.yaml', limited(48).replace('{args:', '{env: {TOKEN: other}, args:')), /the manifests are now revision/],
    ['a process', () => process.kill(host.pid('web-0'), 'SIGKILL'), /web-0 process \d+ is gone/],
    ['a container that somebody removed', () => host.run('destroy', '--yes', 'web-0'), /web-0 process \d+ is gone/],
    ['a limit that has what is asked already', () => writeCgroup(host.cgroup('web-1'), 'pids.max', '48'), /web-1 pids\.max is now 48, was 32/],
  ])('is refused after a change of %s', async (_, change, words) => {
    host.write('web.yaml', limited(32));
    host.apply();
    host.write('web.yaml', limited(48));
    save();
    change();

    // A killed process takes a moment to go.
    await expect.poll(() => host.run('apply', file).stderr, { timeout: 10_000 }).toMatch(words);

    expect(readCgroup(host.cgroup('web-1'), 'pids.max')).not.toBe('50');
  });

  itOnce('holds no secret, and is for its owner alone', () => {
    host.write('web.yaml', shell('web', 'sleep 100000').replace('args:', 'env: {TOKEN: hunter2}\n    args:'));

    save();

    expect(readFileSync(file, 'utf8')).not.toContain('hunter2');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  itOnce('is refused elsewhere, when it is damaged, and beside manifests', () => {
    host.write('web.yaml', limited(32));
    save();
    const other = host.run('apply', '--cgroup-parent', `${host.parent}-other`, file);
    expect(other.stderr).toContain(`made with --cgroup-parent ${host.parent}, this is ${host.parent}-other`);
    expect(host.run('apply', file, host.manifests).stderr).toContain('is a saved plan, and stands alone');
    expect(host.run('apply', '--allow-prune', file).stderr).toContain('has what was allowed when it was made');

    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -100));
    expect(host.run('apply', file).stderr).toContain('this saved plan is cut off or damaged');

    expect(host.status()).toEqual([]);
  });
});

describeOnHost('a snapshot', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it('gives the plan that the host gives, from its containers, drift and secrets', () => {
    const web = (token: string, max: number): string =>
      sleeper('web', [`  resources: {pids: {max: ${max}}}`]).replace('{args:', `{env: {TOKEN: ${token}, MODE: test}, args:`);
    host.write('web.yaml', web('hunter2', 32));
    host.write('api.yaml', sleeper('api', ['  resources: {pids: {max: 20}}']));
    host.apply();
    writeCgroup(host.cgroup('api'), 'pids.max', '21');
    const state = join(host.folder, 'host.json');
    writeFileSync(state, host.run('snapshot').stdout);
    expect(readFileSync(state, 'utf8')).not.toContain('hunter2');
    const planned = (...args: string[]): unknown => JSON.parse(host.run('plan', '-o', 'json', ...args, host.manifests).stdout);

    const same = [planned(), planned('--state', state)];
    host.write('web.yaml', web('hunter3', 48));
    const changed = [planned(), planned('--state', state)];

    for (const [live, elsewhere] of [same, changed]) expect(withoutDisk(elsewhere)).toEqual(withoutDisk(live));
    expect(JSON.stringify(changed[1])).toContain('process.env.TOKEN');
    expect(JSON.stringify(changed[1])).not.toContain('process.env.MODE');
  });
});

/** What is free on a disk changes by itself. */
function withoutDisk(plan: unknown): unknown {
  return JSON.parse(JSON.stringify(plan, (key, value: unknown) => (key === 'free' ? undefined : value)));
}
