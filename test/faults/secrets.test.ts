import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { pidsOf, processesNaming } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'crun', 'runc', 'busybox', 'strace'] });

describeOnHost('a secret in the environment of a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const web = (secret: string, program = '/bin/busybox'): string =>
    sleeper('web', ['  restart: {backoff: {initial: 10ms}}']).replace('{args: [/bin/busybox', `{env: {TOKEN: ${secret}}, args: [${program}`);
  const runs = (): number => pidsOf(host.cgroup('web'))[0] ?? 0;

  /** What each program is started with; its environment as well. */
  const startsOf = (file: string): string[] => readFileSync(file, 'utf8').split('\n').filter((line) => line.includes('execve('));

  async function runsWith(secret: string, before: number): Promise<void> {
    await eventually(() => {
      expect(runs()).not.toBe(before);
      expect(readFileSync(`/proc/${runs()}/environ`, 'utf8')).toContain(secret);
    });
  }

  /** Ends a watch, which strace started, then strace: killed, it lets go at once of what it follows. */
  async function stop(watcher: Watcher): Promise<void> {
    const [watch = ''] = readFileSync(`/proc/${watcher.child.pid}/task/${watcher.child.pid}/children`, 'utf8').trim().split(' ');
    process.kill(Number(watch), 'SIGTERM');
    await eventually(() => { expect(processesNaming(`${host.root} `).filter((pid) => pid === Number(watch))).toEqual([]); });
    await watcher.stop('SIGKILL');
  }

  it.for(['crun', 'runc'])('reaches its process and nobody else: no argument, other program, output, log or file of others: %s', async (runtime, { task }) => {
    task.meta.faultTrials = { fault: 'somebody looks for a secret', how: 'a word in the environment of a container, looked for in arguments, outputs and files', trials: 1 };
    host.refuses('a program that is not in the root filesystem');
    const secrets = ['one', 'two', 'three'].map((word) => `${word}${randomBytes(12).toString('hex')}`);
    const [first = '', second = '', third = ''] = secrets;
    const told = (text: string): string[] => secrets.filter((secret) => text.includes(secret));
    const trace = join(host.folder, 'trace');
    host.write('web.yaml', web(first));

    // What commands print is the same under both runtimes.
    const run = (...args: string[]): string => runtime === 'crun' ? Object.values(host.run(...args)).join('\n') : '';
    const printed = [[], ['-o', 'json'], ['-o', 'markdown']].map((flags) => run('plan', ...flags, host.manifests));
    const watcher = host.startIn(['strace', '-f', '-v', '-s', '65536', '-e', 'trace=execve', '-o', trace], 'watch', '--log-level', 'debug', '--runtime', runtime, host.manifests);
    await runsWith(first, 0);
    const created = runs();
    process.kill(created, 'SIGKILL');
    await runsWith(first, created);
    const restarted = runs();
    host.write('web.yaml', web(second));
    printed.push(run('plan', '-o', 'json', host.manifests));
    await runsWith(second, restarted);
    host.write('bad.yaml', web(third, '/bin/nothing').replace('name: web', 'name: bad'));
    await watcher.until(/bad.*nothing/);
    const others = [['status', '-o', 'json', host.manifests], ['snapshot', host.manifests], ['logs', 'web'], ['exec', '--runtime', runtime, 'web', '--', '/bin/busybox', 'true']];
    printed.push(...others.map((args) => run(...args)));
    await stop(watcher);

    const holders = startsOf(trace).filter((line) => told(line).length > 0);
    // The first process of the container, each time it was started.
    expect(holders.filter((line) => !/execve\("\/bin\/busybox", \["\/bin\/busybox", "sleep", "100000"\]/.test(line))).toEqual([]);
    expect(holders.length).toBeGreaterThanOrEqual(3);
    expect(startsOf(trace).filter((line) => /conmon/.test(line)).length).toBeGreaterThan(0);
    expect(told(printed.join('\n'))).toEqual([]);
    if (runtime === 'crun') expect(printed.join('\n')).toContain('TOKEN');
    expect(told(watcher.output())).toEqual([]);
    const files = [...filesBelow(host.root), ...filesBelow(host.data)];
    const kept = files.filter((file) => told(readFileSync(file, 'latin1')).length > 0);
    expect(kept.map((file) => file.replace(host.folder, ''))).toContain('/run/bundles/web/config.json');
    expect(kept.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
    expect([host.root, host.data].map((folder) => statSync(folder).mode & 0o077)).toEqual([0, 0]);
  });
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
