import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders, isAlive, mountsBelow, namespaceOf, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper, shell } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it('runs after an apply, in its own cgroup and namespaces, and a second apply says that there is nothing to do and leaves it alone', () => {
    host.write('web.yaml', sleeper('web', ['  resources: {memory: {max: 64Mi}, pids: {max: 17}, cpu: {max: 0.5, weight: 50}}']));

    host.apply();

    const pid = host.pid('web');
    expect(pidsOf(host.cgroup('web'))).toEqual([pid]);
    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('17');
    for (const type of ['mnt', 'pid', 'net', 'ipc', 'uts', 'cgroup']) {
      expect(namespaceOf(pid, type), type).not.toBe(namespaceOf('self', type));
    }
    const before = startTimeOf(pid);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
    expect(startTimeOf(pid)).toBe(before);
  });

  it('runs under crun where nobody asks for another runtime, on a hybrid host too', () => {
    host.write('web.yaml', sleeper('web'));

    const { stdout } = host.run('plan', '--runtime', 'auto', '-o', 'json', host.manifests);

    expect((JSON.parse(stdout) as { host: { runtime: string } }).host.runtime).toMatch(/^crun /);
  });

  it('shares a namespace with the host where the manifest says so', () => {
    host.write('web.yaml', sleeper('web', ['  namespaces: {network: host, ipc: host}']));

    host.apply();

    const pid = host.pid('web');
    expect(namespaceOf(pid, 'net')).toBe(namespaceOf('self', 'net'));
    expect(namespaceOf(pid, 'ipc')).toBe(namespaceOf('self', 'ipc'));
    expect(namespaceOf(pid, 'pid')).not.toBe(namespaceOf('self', 'pid'));
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('is removed with its cgroup, mounts, monitor, bundle, log and writes when its manifest is', () => {
    for (const name of ['a', 'b', 'c']) host.write(`${name}.yaml`, sleeper(name));
    host.apply();
    const pid = host.pid('b');

    host.remove('b.yaml');
    const { stdout } = host.apply();

    expect(stdout).toMatch(/- delete\s+b/);
    expect(isAlive(pid)).toBe(false);
    expect(cgroupFolders(host.cgroup('b'))).toEqual([]);
    expect(mountsBelow(join(host.root, 'bundles', 'b'))).toEqual([]);
    for (const left of [join(host.root, 'bundles', 'b'), join(host.data, 'layers', 'b'), join(host.data, 'logs', 'b.log')]) {
      expect(existsSync(left), left).toBe(false);
    }
    expect(host.status().map((row) => row.name)).toEqual(['a', 'c']);
  });

  it('writes to a layer of its own, never to the jail, and keeps its writes over a restart', async () => {
    const script = 'echo run >> /tmp/runs; /bin/busybox sleep 100000';
    const runs = (): string => readFileSync(join(host.data, 'layers', 'web', 'upper', 'tmp', 'runs'), 'utf8');
    host.write('web.yaml', shell('web', script));
    host.apply();
    await expect.poll(runs).toBe('run\n');

    host.write('web.yaml', shell('web', script, ['  hostname: other']));
    const { stdout } = host.apply();

    expect(stdout).toMatch(/! restart\s+web/);
    await expect.poll(runs).toBe('run\nrun\n');
  });

  it('cannot write to a read-only root filesystem', async () => {
    host.write('web.yaml', shell('web', 'echo x > /tmp/x || echo refused; /bin/busybox sleep 100000').replace('[/bin/busybox]}}', '[/bin/busybox]}, readonly: true}'));

    host.apply();

    await expect.poll(() => host.run('logs', 'web').stdout).toMatch(/refused/);
  });

  it('has what it printed in its log, and exec runs in it with its exit status', async () => {
    host.write('web.yaml', shell('web', 'echo hello; echo sorry >&2; /bin/busybox sleep 100000', ['  hostname: inside']));
    host.apply();

    await expect.poll(() => host.run('logs', 'web').stdout).toMatch(/hello/);
    const exec = host.run('exec', 'web', '--', '/bin/busybox', 'sh', '-c', '/bin/busybox hostname; exit 7');
    expect(exec.stdout).toBe('inside\n');
    expect(exec.status).toBe(7);
  });

  it('that is destroyed leaves nothing, and the others run on', () => {
    for (const name of ['a', 'b']) host.write(`${name}.yaml`, sleeper(name));
    host.apply();
    const [a, b] = [host.pid('a'), host.pid('b')];

    const { status } = host.run('destroy', '--yes', 'a');

    expect(status).toBe(0);
    expect([isAlive(a), isAlive(b)]).toEqual([false, true]);
    expect(host.status().map((row) => row.name)).toEqual(['b']);
  });

  it('that cannot be made fails alone, with the reason, and the others run', () => {
    host.refuses('a program that is not in the root filesystem');
    host.write('good.yaml', sleeper('good'));
    host.write('bad.yaml', sleeper('bad').replaceAll('[/bin/busybox, sleep', '[/bin/nothing, sleep'));

    const result = host.run('apply', '--yes', host.manifests);

    expect(result.status).toBe(1);
    expect(result.stdout + result.stderr).toMatch(/bad.*\/bin\/nothing/s);
    expect(host.status().find((row) => row.name === 'good')?.status).toBe('running');
  });
});
