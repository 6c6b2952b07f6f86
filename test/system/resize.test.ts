import { readFileSync, statSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { readCgroup, startTimeOf, writeCgroup } from '../support/kernel.ts';
import { limitCases } from '../support/limits.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('resizing a running container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  it.each(limitCases)('writes $field to $file and keeps the process', ({ before, after, file, held }) => {
    host.write('web.yaml', sleeper('web', [`  resources: ${before}`]));
    host.apply();
    expect(readCgroup(host.cgroup('web'), file)).toBe(held[0]);
    const pid = host.pid('web');
    const started = startTimeOf(pid);

    host.write('web.yaml', sleeper('web', [`  resources: ${after}`]));
    const { stdout } = host.apply();

    expect(readCgroup(host.cgroup('web'), file)).toBe(held[1]);
    expect(stdout).toMatch(new RegExp(`${file}\\s+\\S+.* -> `));
    expect([host.pid('web'), startTimeOf(pid)]).toEqual([pid, started]);
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('limits the bandwidth of a disk by its path, and lifts the limit again', () => {
    const device = rootDisk();
    host.write('web.yaml', sleeper('web', [`  resources: {io: {max: [{device: ${device.path}, wbps: 10Mi}]}}`]));
    host.apply();
    const file = ioFile();
    expect(readCgroup(host.cgroup('web'), file)).toContain(`${device.number} `);
    expect(readCgroup(host.cgroup('web'), file)).toContain('10485760');

    host.write('web.yaml', sleeper('web'));
    host.apply();

    expect(readCgroup(host.cgroup('web'), file)).not.toContain('10485760');
  });

  it('notes a limit that somebody wrote before the manifest asked for it, and tells from it what is written later', () => {
    const reported = (most: number): string => sleeper('web', [`  resources: {pids: {max: ${most}}}`, '  drift: {paths: {resources.pids: report}}']);
    host.write('web.yaml', reported(64));
    host.apply();
    const pid = host.pid('web');

    writeCgroup(host.cgroup('web'), 'pids.max', '48');
    host.write('web.yaml', reported(48));
    const noting = host.apply();
    writeCgroup(host.cgroup('web'), 'pids.max', '32');
    host.apply();

    expect(noting.stdout).toMatch(/pids\.max +64 -> 48\n/);
    expect([readCgroup(host.cgroup('web'), 'pids.max'), host.pid('web')]).toEqual(['32', pid]);
  });

  it('refuses a limit below what is in use, with the numbers, and changes nothing', async () => {
    host.refuses('a limit below what is in use');
    const hog = '/bin/busybox head -c 20000000 /dev/zero > /dev/shm/full; echo full; /bin/busybox sleep 100000';
    host.write('web.yaml', shell('web', hog, ['  resources: {memory: {max: 256Mi}}']));
    host.apply();
    const pid = host.pid('web');
    await expect.poll(() => host.run('logs', 'web').stdout, { timeout: within(20_000) }).toMatch(/full/);

    host.write('web.yaml', shell('web', hog, ['  resources: {memory: {max: 8Mi}}']));
    const result = host.run('apply', '--yes', host.manifests);

    expect(result.status).toBe(1);
    expect(result.stdout + result.stderr).toMatch(/memory\.max.*(8Mi|8388608)/s);
    expect(host.pid('web')).toBe(pid);
    expect(readCgroup(host.cgroup('web'), limitCases.find(({ field }) => field === 'memory.max')?.file ?? '')).toBe(String(256 * 2 ** 20));
  });
});

/** The disk below the root file system, as the kernel numbers it. */
function rootDisk(): { readonly path: string; readonly number: string } {
  const line = readFileSync('/proc/self/mountinfo', 'utf8').split('\n').find((text) => text.split(' ')[4] === '/');
  const number = line?.split(' ')[2] ?? '';
  const name = /^DEVNAME=(.*)$/m.exec(readFileSync(`/sys/dev/block/${number}/uevent`, 'utf8'))?.[1] ?? '';
  expect(statSync(`/dev/${name}`).isBlockDevice()).toBe(true);
  return { path: `/dev/${name}`, number };
}

function ioFile(): string {
  return limitCases.some(({ file }) => file === 'memory.max') ? 'io.max' : 'blkio.throttle.write_bps_device';
}
