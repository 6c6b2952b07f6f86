import { existsSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cpuMs, expectConverged, inLane, replicas, soon, writeRuntime } from '../support/disturb.ts';
import { emptyDisk, fillDisk, mountSmallDisk } from '../support/full-disk.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, pidsOf, processesNaming, readCgroup, writeCgroup } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { many, within } from '../support/pace.ts';
import { monitorOf } from '../support/remains.ts';
import { itOnce, requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

/** No other process of the host has it. */
const hang = `sleep 4242.1${process.pid}`;

describeOnHost('a runtime that hangs', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it.each(['create', 'start'])('in its %s holds up neither the other containers, nor the end of the watch, and leaves no orphan', async (call) => {
    const runtime = writeRuntime(host, `case "$* " in *bad*) if [ "$call" = ${call} ] && [ -e "$0.hang" ]; then echo hangs > "$0.hung"; ${hang}; fi;; esac`);
    writeFileSync(`${runtime}.hang`, '');
    const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;
    for (const name of ['a', 'bad']) host.write(`${name}.yaml`, sleeper(name, [soon, limits(64)]));
    const watcher = host.watch('--runtime', runtime, '--resync', '1h');
    await eventually(() => { expect(existsSync(`${runtime}.hung`)).toBe(true); });
    await eventually(() => { expect(pidsOf(host.cgroup('a'))).toHaveLength(1); });

    host.write('a.yaml', sleeper('a', [soon, limits(65)]));
    await eventually(() => { expect(readCgroup(host.cgroup('a'), 'pids.max')).toBe('65'); }, 5_000);
    writeCgroup(host.cgroup('a'), 'pids.max', '7');
    await eventually(() => { expect(readCgroup(host.cgroup('a'), 'pids.max')).toBe('65'); }, 5_000);
    const told = Date.now();
    expect(await watcher.stop()).toBe(0);
    // To wait for what hangs would take 30 s.
    expect(Date.now() - told).toBeLessThan(within(5_000));

    unlinkSync(`${runtime}.hang`);
    await delay(50);
    host.apply('--runtime', runtime);
    expectConverged(host, ['a', 'bad']);
    expect(processesNaming(`${hang} `)).toEqual([]);
  });
});

describeOnHost('two instances', () => {
  let first: Instance;
  let second: Instance;
  beforeEach(() => { [first, second] = [openInstance(), openInstance()]; });
  afterEach(async () => {
    second.run('destroy', '--yes', '--cgroup-parent', `${first.parent}/team`);
    await Promise.all([first.close(), second.close()]);
  });

  it('with one cgroup parent: the second leaves the containers of the first alone and says whose they are', () => {
    for (const name of ['web', 'db']) first.write(`${name}.yaml`, sleeper(name, ['  restart: {policy: never}']));
    first.apply();
    const pid = first.pid('web');
    process.kill(first.pid('db'), 'SIGKILL');
    process.kill(monitorOf(first, 'web'), 'SIGKILL');
    second.write('web.yaml', sleeper('web'));

    const outcomes = [
      second.run('apply', '--yes', '--allow-prune', '--cgroup-parent', first.parent, second.manifests),
      second.run('destroy', '--yes', '--cgroup-parent', first.parent),
    ];

    for (const { status, stdout } of outcomes) {
      expect(status).toBe(1);
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(first.root);
    }
    expect(isAlive(pid)).toBe(true);
    expect(first.status().map(({ name, status }) => `${name} ${status}`)).toEqual(['db stopped', 'web running']);
  });

  it('with the parent of one below that of the other do not meet', () => {
    first.write('web.yaml', sleeper('web'));
    second.write('app.yaml', sleeper('app'));
    const below = `${first.parent}/team`;
    second.run('apply', '--yes', '--cgroup-parent', below, second.manifests);
    const pid = pidsOf(`${below}/app`)[0] ?? 0;

    first.apply('--allow-prune');

    expect(first.apply().stdout).toMatch(/No changes\.\n$/);
    expect(isAlive(pid)).toBe(true);
  });
});

describeOnHost('what is out of our hands', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  itOnce.each(['root', 'data'] as const)('a full --%s fails the new containers with the reason, leaves the others alone, and is no matter once there is room', (which) => {
    mountSmallDisk(host[which]);
    try {
      host.write('a.yaml', sleeper('a'));
      host.apply();
      const pid = host.pid('a');
      fillDisk(host[which]);
      host.write('b.yaml', sleeper('b', ['  replicas: 2']));

      const full = host.run('apply', '--yes', host.manifests);
      expect(full.status).toBe(1);
      expect(full.stderr).toMatch(/b-0: .*ENOSPC/);
      expect(full.stderr).toMatch(new RegExp(`make room below --${which}`));
      expect(full.stderr).not.toMatch(/ERR_INTERNAL/);
      expect(isAlive(pid)).toBe(true);

      emptyDisk(host[which]);
      host.apply();
      expect(host.status().map(({ status }) => status)).toEqual(['running', 'running', 'running']);
      expect(host.pid('a')).toBe(pid);
      expect(host.run('destroy', '--yes').status).toBe(0);
    } finally {
      inLane('umount', '--lazy', host[which]);
    }
  });

  it('somebody who writes a limit again and again is answered, slowly, and loses in the end', async () => {
    for (const name of ['a', 'b']) host.write(`${name}.yaml`, sleeper(name, ['  resources: {pids: {max: 64}}']));
    const watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/);
    const before = cpuMs(watcher.child.pid);
    const begun = Date.now();

    for (let write = 0; Date.now() - begun < 3_000; write += 1) {
      writeCgroup(host.cgroup('a'), 'pids.max', String(30 + (write % 20)));
      if (write % 50 === 0) await delay(1);
    }
    const share = (cpuMs(watcher.child.pid) - before) / (Date.now() - begun);

    expect(share).toBeLessThan(within(0.6));
    expect(watcher.output().split('\n').length).toBeLessThan(400);
    await eventually(() => { expect(readCgroup(host.cgroup('a'), 'pids.max')).toBe('64'); }, 3_000);
  });

  it('a storm of forks is removed', async () => {
    const storm = 'storm() { while true; do /bin/busybox sleep 1000 & done; }; storm & storm & storm & /bin/busybox sleep 100000';
    host.write('web.yaml', shell('web', storm, ['  resources: {pids: {max: 200}}']));
    host.apply();
    await eventually(() => { expect(pidsOf(host.cgroup('web')).length).toBeGreaterThan(150); });

    expect(host.run('destroy', '--yes').status).toBe(0);

    expect(host.leftovers()).toEqual([]);
  });

  it('processes that ignore their stop signal are waited for all at once, and then killed', () => {
    host.write('web.yaml', shell('web', 'trap "" TERM; while :; do /bin/busybox sleep 1; done', [`  replicas: ${many(12, 4)}`]).replace('{timeout: 200ms, signal: KILL}', '{timeout: 6s, signal: TERM}'));
    host.apply();
    const begun = Date.now();

    expect(host.run('destroy', '--yes').status).toBe(0);

    expect(Date.now() - begun).toBeGreaterThanOrEqual(6_000);
    // Four at a time, as two processors have it, would be three rounds.
    expect(Date.now() - begun).toBeLessThan(within(17_000));
  });
});

describeOnHost('a watch', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const started = many(20, 6);

  it('told to stop while it creates many containers ends within a second, and the next run goes on', async () => {
    host.write('web.yaml', sleeper('web', [`  replicas: ${started}`]));
    const watcher = host.watch();
    await eventually(() => { expect(readdirSync(host.root)).toContain('bundles'); });
    await delay(250);

    const told = Date.now();
    expect(await watcher.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(within(1_000));

    host.apply();
    expectConverged(host, replicas(started));
  });

  it('deletes a container in its back-off, and ends at once while another waits', async () => {
    const crash = (name: string): string => shell(name, 'exit 1', ['  restart: {backoff: {initial: 1m}}']);
    for (const name of ['a', 'b']) host.write(`${name}.yaml`, crash(name));
    host.write('good.yaml', sleeper('good'));
    const watcher = host.watch();
    await watcher.until(/watching/);
    await eventually(() => { expect(host.status().map(({ status }) => status)).toEqual(['stopped', 'stopped', 'running']); });

    host.remove('a.yaml');
    await eventually(() => { expect(host.status().map(({ name }) => name)).toEqual(['b', 'good']); });
    const told = Date.now();
    await watcher.stop();

    expect(Date.now() - told).toBeLessThan(within(500));
  });

  itOnce('takes up more and fewer replicas in the middle of a rolling restart', async () => {
    const slow = '  stop: {timeout: 700ms, signal: TERM}';
    const web = (count: number, hostname: string): string =>
      sleeper('web', [`  replicas: ${count}`, `  hostname: ${hostname}`]).replace(/ {2}stop: .*/, slow);
    host.write('web.yaml', web(4, 'one'));
    const watcher = host.watch('--resync', '1h', '--allow-prune');
    await watcher.until(/watching/);

    host.write('web.yaml', web(4, 'two'));
    await watcher.until(/"action":"restart"/);
    host.write('web.yaml', web(6, 'two'));
    await eventually(() => { expect(host.status().filter(({ status }) => status === 'running')).toHaveLength(6); });
    host.write('web.yaml', web(2, 'two'));
    await eventually(() => { expect(host.status().map(({ name }) => name)).toEqual(['web-0', 'web-1']); });
    await watcher.stop();

    expectConverged(host, replicas(2));
  });
});
