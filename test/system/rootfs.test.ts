import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, mountsBelow } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('a root filesystem', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  /** A folder with busybox and nothing else, not even the places that a runtime mounts over. */
  const makeImage = (name = 'image'): string => {
    const image = join(host.folder, name);
    mkdirSync(join(image, 'bin'), { recursive: true });
    copyFileSync('/bin/busybox', join(image, 'bin/busybox'));
    return image;
  };
  const withRootfs = (manifest: string, rootfs: string): string => manifest.replace(/ {2}rootfs: .*/, `  rootfs: ${rootfs}`);

  it('made of a folder is never written to, whether the container may write or not', async () => {
    const image = makeImage();
    const before = statSync(image).mtimeMs;
    const script = 'echo x > /bin/x && echo written; /bin/busybox ls /; /bin/busybox sleep 100000';
    host.write('a.yaml', withRootfs(shell('a', script), `{path: ${image}}`));
    host.write('b.yaml', withRootfs(shell('b', script, ['  mounts: [{type: tmpfs, target: /deep/scratch}]']), `{path: ${image}, readonly: true}`));

    host.apply();

    await expect.poll(() => host.run('logs', 'a').stdout).toMatch(/written\n[^]*sys/);
    await expect.poll(() => host.run('logs', 'b').stdout).toMatch(/deep\n/);
    expect(host.run('logs', 'b').stdout).not.toMatch(/written/);
    expect(readdirSync(image)).toEqual(['bin']);
    expect(readdirSync(join(image, 'bin'))).toEqual(['busybox']);
    expect(statSync(image).mtimeMs).toBe(before);
  });

  it('may be a folder whose path means something else among the options of a mount', async () => {
    const image = makeImage('im,age: upperdir=x\\y');
    host.write('odd.yaml', withRootfs(shell('odd', 'echo x > /written && /bin/busybox cat /written; /bin/busybox sleep 100000'), `{path: ${JSON.stringify(image)}}`));

    host.apply();

    await expect.poll(() => host.run('logs', 'odd').stdout).toMatch(/^x$/m);
    expect(readdirSync(image)).toEqual(['bin']);
  });

  it('made of a dynamically linked program has the libraries and the loader that it needs', async () => {
    const manifest = sleeper('clock').replace('[/bin/busybox]', '[/usr/bin/env, /bin/busybox]');
    host.write('clock.yaml', manifest.replace('[/bin/busybox, sleep, "100000"]', '[/usr/bin/env, LINKED=yes, /bin/busybox, env]').replace('  stop', '  restart: {policy: never}\n  stop'));

    host.apply();

    await expect.poll(() => host.run('logs', 'clock').stdout).toMatch(/^LINKED=yes$/m);
  });

  it('is replaced, and its old jail removed, when a file of the host that went in was patched', () => {
    const tool = join(host.folder, 'tool');
    copyFileSync('/bin/busybox', tool);
    const manifest = sleeper('web').replace('[/bin/busybox]', `[/bin/busybox, ${tool}]`);
    host.write('web.yaml', manifest);
    host.apply();
    const [pid, jails] = [host.pid('web'), readdirSync(join(host.data, 'jails'))];

    appendFileSync(tool, 'patched');
    const plan = host.run('plan', host.manifests).stdout;
    host.apply();

    expect(plan).toMatch(/-\/\+ replace\s+web/);
    expect(isAlive(pid)).toBe(false);
    expect(host.pid('web')).not.toBe(pid);
    expect(readdirSync(join(host.data, 'jails')).filter((jail) => jails.includes(jail))).toEqual([]);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('is shared: replicas of one jail have one copy, and a layer each', () => {
    host.write('web.yaml', sleeper('web', ['  replicas: 3']));

    host.apply();

    expect(readdirSync(join(host.data, 'jails')).filter((entry) => !entry.endsWith('.json'))).toHaveLength(1);
    expect(readdirSync(join(host.data, 'layers'))).toEqual(['web-0', 'web-1', 'web-2']);
  });

  it('is mounted for its own container alone: neither the host nor another container sees the mount', () => {
    host.write('web.yaml', sleeper('web', ['  replicas: 2']));
    host.apply();
    const overlaysSeenBy = (pid: number | 'self'): number => readFileSync(`/proc/${pid}/mountinfo`, 'utf8').split('\n').filter((line) => line.includes(' - overlay reconcile-')).length;

    const pids = ['web-0', 'web-1'].map((name) => host.pid(name));

    expect(pids.map(overlaysSeenBy)).toEqual([1, 1]);
    expect(mountsBelow(join(host.root, 'bundles', 'web-0'))).toEqual([]);
    expect(host.run('exec', 'web-0', '--', '/bin/busybox', 'touch', '/mine').status).toBe(0);
    expect(host.run('exec', 'web-1', '--', '/bin/busybox', 'ls', '/mine').status).toBe(1);
  });

  it('that this host cannot make refuses the container by name in the plan, and validate knows nothing of it', () => {
    host.refuses('a program that the host does not have');
    host.write('bad.yaml', sleeper('bad').replace('[/bin/busybox]', '[/bin/busybox, /usr/bin/not-here]'));

    const plan = host.run('plan', host.manifests);

    expect(plan.stdout).toMatch(/rootfs\.jail\.binaries\.1/);
    expect(plan.stdout).toMatch(/\/usr\/bin\/not-here/);
    expect(host.run('validate', host.manifests).status).toBe(0);
  });

  it('has the files that the manifest mounts', async () => {
    const [read, written] = [join(host.folder, 'read'), join(host.folder, 'written')];
    writeFileSync(read, 'from the host\n');
    writeFileSync(written, '');
    const script = '/bin/busybox cat /etc/read; echo x > /etc/read || echo refused; echo mine > /written; sleep 100000';
    host.write('web.yaml', shell('web', script, [`  mounts: [{source: ${read}, target: /etc/read, readonly: true}, {source: ${written}, target: /written}]`]));

    host.apply();

    await expect.poll(() => host.run('logs', 'web').stdout).toMatch(/from the host\nrefused/);
    await expect.poll(() => readFileSync(written, 'utf8')).toBe('mine\n');
    expect(readFileSync(read, 'utf8')).toBe('from the host\n');
  });

  it('has the mounts that the manifest asks for, read-only ones all the way down', async () => {
    const data = join(host.folder, 'shared');
    mkdirSync(data);
    writeFileSync(join(data, 'note'), 'from the host');
    const script = '/bin/busybox cat /data/note; echo x > /data/x || echo refused; /bin/busybox df -k /scratch; /bin/busybox sleep 100000';
    host.write('web.yaml', shell('web', script, [
      '  mounts:',
      `    - {source: ${data}, target: /data, readonly: true}`,
      '    - {type: tmpfs, target: /scratch, size: 2Mi}',
    ]));

    host.apply();

    await expect.poll(() => host.run('logs', 'web').stdout).toMatch(/from the hostrefused|from the host\n?[^]*refused[^]*2048/);
    expect(existsSync(join(data, 'x'))).toBe(false);
  });
});
