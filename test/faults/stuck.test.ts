import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cpuMs, expectConverged, soon } from '../support/disturb.ts';
import { openFreezableDisk } from '../support/frozen-disk.ts';
import type { FreezableDisk } from '../support/frozen-disk.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'fsfreeze', 'mkfs.ext4', 'losetup'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

/** How long a removal waits before it says what holds it. */
const toldWithinMs = 15_000;

describeOnHost('a process that the kernel cannot end', () => {
  let disk: FreezableDisk;
  let watched: Instance;
  let other: Instance;
  beforeEach(() => {
    disk = openFreezableDisk();
    [watched, other] = [openInstance(), openInstance()];
  });
  afterEach(async () => {
    await disk.close();
    await Promise.all([watched.close(), other.close()]);
  });

  const writer = (name: string): string =>
    shell(name, 'while :; do echo x >/vol/file; /bin/busybox sleep 0.02; done', [soon, `  mounts: [{source: ${disk.folder}, target: /vol}]`]);
  const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;
  const stuckIn = (host: Instance): number[] => pidsOf(host.cgroup('stuck')).filter((pid) => /^State:\s+D/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')));

  it('is told with its pid, holds up nobody else and costs nothing, and is gone as soon as it can end', async ({ task }) => {
    task.meta.faultTrials = { fault: 'a process stays in the kernel', how: 'fsfreeze of a file system below a volume, while its container is removed', trials: 2 * trials };
    for (let trial = 0; trial < trials; trial += 1) await oneTrial();
  }, timeoutMs);

  async function oneTrial(): Promise<void> {
    for (const host of [watched, other]) host.write('stuck.yaml', writer('stuck'));
    for (const name of ['a', 'b']) watched.write(`${name}.yaml`, sleeper(name, [soon, limits(64)]));
    other.apply();
    const watcher = watched.watch('--resync', '1h');
    await watcher.until(/watching/i);
    disk.freeze();
    await eventually(() => { expect([stuckIn(watched), stuckIn(other)].map(({ length }) => length)).toEqual([1, 1]); });
    const [untouched, killed] = [startTimeOf(watched.pid('a')), watched.pid('b')];

    watched.remove('stuck.yaml');
    const destroy = other.start('destroy', '--yes');
    await eventually(() => {
      const holders = stuckIn(watched);
      expect(watched.status().find(({ name }) => name === 'stuck')).toMatchObject({ status: 'terminating', pids: holders });
      expect(watched.run('status').stdout).toContain(`terminating (pid ${holders.join('')})`);
    });
    const saved = Date.now();
    watched.write('a.yaml', sleeper('a', [soon, limits(65)]));
    await eventually(() => { expect(readCgroup(watched.cgroup('a'), 'pids.max')).toBe('65'); }, 5_000);
    expect(Date.now() - saved).toBeLessThan(within(1_000));
    watched.write('c.yaml', sleeper('c', [soon]));
    process.kill(killed, 'SIGKILL');
    await eventually(() => {
      expect(pidsOf(watched.cgroup('c'))).toHaveLength(1);
      expect(pidsOf(watched.cgroup('b')).filter((pid) => pid !== killed)).toHaveLength(1);
    }, 5_000);

    // Their starts cost more, and so does the pass that comes once the removal has waited for long enough.
    await eventually(() => { expect(misfits(watched, ['a', 'b', 'c', 'stuck'])).toEqual([]); });
    await delay(500);
    const [before, begun] = [cpuMs(watcher.child.pid), Date.now()];
    await delay(4_000);
    const share = (cpuMs(watcher.child.pid) - before) / (Date.now() - begun);
    expect(share).toBeLessThan(within(0.02));
    await watcher.until(new RegExp(`"code":"ERR_CGROUP_BUSY".*\\b${stuckIn(watched).join()} \\(.*, state D\\)`), toldWithinMs);
    expect(await destroy.stop('SIGCONT')).toBe(1);
    expect(destroy.output()).toMatch(new RegExp(`stuck: remove .*: busy after 10000 ms with processes ${stuckIn(other).join()} \\(.*state D\\).*ERR_CGROUP_BUSY`));
    expect(other.run('plan', other.manifests).stdout).toMatch(/create stuck: its removal did not end/);

    await delay(100);
    disk.thaw();
    await eventually(() => { expect(misfits(watched, ['a', 'b', 'c'])).toEqual([]); }, 3_000);
    expect(startTimeOf(watched.pid('a'))).toBe(untouched);
    expect(isAlive(watcher.child.pid ?? 0)).toBe(true);
    await watcher.stop();
    expectConverged(watched, ['a', 'b', 'c']);
    other.apply();
    expect(other.apply().stdout).toMatch(/No changes\.\n$/);
    for (const host of [watched, other]) expect(host.run('destroy', '--yes').status).toBe(0);
    other.remove('stuck.yaml');
  }
});
