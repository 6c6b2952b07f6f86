import { chmodSync, chownSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { pidsOf, readCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('manifests that others than root can write', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const limits = (max: number): string => sleeper('web', [`  resources: {pids: {max: ${max}}}`]);
  const nobody = 65_534;

  it.each<[string, (folder: string) => void]>([
    ['a folder of another user', (folder) => { chownSync(folder, nobody, nobody); }],
    ['a folder that anybody can write', (folder) => { chmodSync(folder, 0o777); }],
    ['a file of another user', (folder) => { chownSync(join(folder, 'web.yaml'), nobody, nobody); }],
  ])('are refused with the mend, and nothing is deleted for it: %s', (_title, give) => {
    host.refuses('manifests that others can write');
    host.write('web.yaml', limits(64));
    host.apply();
    const pid = host.pid('web');
    give(host.manifests);
    host.write('web.yaml', limits(65));

    const { status, stderr } = host.run('apply', '--yes', '--allow-prune', host.manifests);

    expect(status).toBe(1);
    expect(stderr).toMatch(/manifests.*:1:1: can be written by (user 65534|anybody), who would so decide what root does; (chown root|chmod go-w) .*; or allow it with --any-owner/);
    expect(pidsOf(host.cgroup('web'))).toEqual([pid]);
    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('64');
    host.apply('--any-owner');
    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('65');
  });

  it('are not taken up by a watch either, which goes on with the others', async () => {
    for (const name of ['web', 'other']) host.write(`${name}.yaml`, sleeper(name, ['  resources: {pids: {max: 64}}']));
    const watcher = host.watch('--resync', '1h');
    await watcher.until(/watching/i);

    host.write('web.yaml', limits(65));
    await eventually(() => { expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('65'); });
    chownSync(join(host.manifests, 'web.yaml'), nobody, nobody);
    host.write('web.yaml', limits(66));
    await watcher.until(/can be written by user 65534/);
    host.write('other.yaml', sleeper('other', ['  resources: {pids: {max: 65}}']));
    await eventually(() => { expect(readCgroup(host.cgroup('other'), 'pids.max')).toBe('65'); });

    expect(readCgroup(host.cgroup('web'), 'pids.max')).toBe('65');
    await watcher.stop();
    chownSync(join(host.manifests, 'web.yaml'), 0, 0);
    host.apply();
    expectConverged(host, ['other', 'web']);
  });
});
