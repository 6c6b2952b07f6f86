import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Check } from '../../../src/host/doctor/check.ts';
import { checksOf } from '../../../src/host/doctor/checks.ts';
import type { HostHealth } from '../../../src/host/doctor/checks.ts';
import { doctorJson, doctorText } from '../../../src/render/doctor.ts';
import { plainStyle } from '../../../src/render/style.ts';
import { runCli } from '../../support/run-cli.ts';

const healthy: HostHealth = {
  isRoot: true,
  kernel: { release: '6.18.0', features: [] },
  cgroups: { mode: 'unified', unsupported: {} },
  readOnlyCgroups: [],
  obstacles: [],
  programs: {
    runtime: { name: 'crun', version: '1.28', path: '/usr/bin/crun' },
    otherRuntimes: [{ name: 'runc', version: '1.5.0', path: '/usr/sbin/runc' }],
    conmon: { name: 'conmon', version: '2.1.6', path: '/usr/bin/conmon' },
  },
  programFiles: { '/usr/bin/crun': [{ path: '/usr/bin/crun', uid: 0, gid: 0, mode: 0o100755 }] },
  missingPrograms: [],
  hasOverlay: true,
  hasSeccompProfile: true,
  missingNamespaces: [],
  maxWatches: 100_000,
  maxInstances: 128,
  maxOpenFiles: 4096,
};

const faults = (health: Partial<HostHealth>): string[] =>
  checksOf({ ...healthy, ...health }).flatMap(({ name, state, mend }) => (state === 'good' ? [] : [`${state} ${name}: ${mend}`]));

describe('a host', () => {
  it('is fit where all is there', () => {
    expect(faults({})).toEqual([]);
    expect(doctorText(checksOf(healthy), plainStyle)).toMatch(/^good {2}user .* root\n[\s\S]*\nAll is well\.\n$/);
  });

  it.each<[string, Partial<HostHealth>, RegExp]>([
    ['nobody is root', { isRoot: false }, /^bad user: run it as root/],
    ['its kernel is old', { kernel: { release: '5.10.0', features: [{ name: 'cgroup.kill', since: '5.14', without: 'slower', isThere: undefined }] } }, /^weak kernel: take Linux 5\.14 or newer$/],
    ['it has no cgroups', { cgroups: { message: 'no cgroups', hint: 'mount them' } }, /^bad cgroups: mount them$/],
    ['its hierarchies lack fields', { cgroups: { mode: 'hybrid', unsupported: { 'memory.high': 'no file' } } }, /^weak cgroups: boot with systemd\.unified_cgroup_hierarchy=1/],
    ['nothing was delegated', { readOnlyCgroups: ['/sys/fs/cgroup'] }, /^bad delegation: .*Delegate=yes$/],
    ['processes are in the way', { obstacles: [{ reason: '/sys/fs/cgroup/a: has processes', mend: 'move them', isPartial: false }] }, /^bad delegation: move them$/],
    ['a controller is withheld', { obstacles: [{ reason: '/sys/fs/cgroup/a: has no io', mend: 'Delegate=yes', isPartial: true }] }, /^weak delegation: Delegate=yes$/],
    ['others can write its runtime', { programFiles: { '/opt/crun': [{ path: '/opt/crun', uid: 1000, gid: 0, mode: 0o100755 }] } }, /^bad program files: chown root:root \/opt\/crun; chmod go-w \/opt\/crun$/],
    ['a program is missing', { missingPrograms: ['flock'] }, /^bad programs: apt-get install .*util-linux/],
    ['it has no seccomp profile', { hasSeccompProfile: false }, /^bad seccomp: apt-get install/],
    ['its kernel has no overlay', { hasOverlay: false }, /^bad overlay: modprobe overlay$/],
    ['its kernel lacks namespaces', { missingNamespaces: ['pid'] }, /^bad namespaces: .*take another kernel$/],
    ['few directories can be watched', { maxWatches: 100 }, /^weak fs\.inotify\.max_user_watches: sysctl -w fs\.inotify\.max_user_watches=6000$/],
    ['few files can be open', { maxOpenFiles: 1024 }, /^weak open files: ulimit -n 4096/],
  ])('is told the mend where %s', (_what, health, words) => {
    const found = faults(health);

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(words);
  });

  it('has its faults and weaknesses counted, also for programs', () => {
    const checks = checksOf({ ...healthy, isRoot: false, maxWatches: 1, maxOpenFiles: 10 });

    expect(doctorText(checks, plainStyle)).toMatch(/^bad {3}user .*\n +run it as root.*\n[\s\S]*\n1 fault, 2 weaknesses\.\n$/);
    expect(doctorJson(checks)).toMatchObject({ formatVersion: '1', healthy: false });
    expect(doctorJson(checksOf(healthy))).toMatchObject({ healthy: true });
  });
});

describe('reconcile doctor', () => {
  it('looks at this host, and ends with 1 where something is bad', async () => {
    const { status, isHealthy, checks } = await examine();

    expect(checks.map(({ name }) => name)).toEqual(expect.arrayContaining(['user', 'kernel', 'cgroups', 'delegation', 'runtime', 'programs', 'overlay']));
    expect(isHealthy).toBe(!checks.some(({ state }) => state === 'bad'));
    expect(status).toBe(isHealthy ? 0 : 1);
  });

  it('tells what the kernel, the limits and the programs themselves tell', async () => {
    const { checks } = await examine();
    const foundBy = (name: string): string => checks.filter((check) => check.name === name).map(({ found }) => found).join('\n');
    const wordIn = (path: string): string => readFileSync(path, 'utf8').trim();

    expect(foundBy('kernel').split(',', 1)).toEqual([wordIn('/proc/sys/kernel/osrelease')]);
    expect(foundBy('kernel').includes('without /proc/PID/task/TID/children')).toBe(!readdirSync(`/proc/self/task/${process.pid}`).includes('children'));
    expect(foundBy('fs.inotify.max_user_instances')).toContain(wordIn('/proc/sys/fs/inotify/max_user_instances'));
    expect(foundBy('overlay') === 'the kernel has it').toBe(/\toverlay\n/.test(readFileSync('/proc/filesystems', 'utf8')));
    for (const name of ['crun', 'runc', 'conmon']) {
      const { stdout, error } = spawnSync(name, ['--version'], { encoding: 'utf8' });
      if (error === undefined) expect(foundBy(name === 'conmon' ? name : 'runtime')).toContain(stdout.split('\n', 1)[0]?.replace(' version ', ' '));
    }
  });

  it('takes no operand', async () => {
    expect(await runCli(['doctor', 'web'])).toMatchObject({ status: 1, stderr: expect.stringContaining('takes no operand') as string });
  });
});

async function examine() {
  const { status, stdout } = await runCli(['doctor', '-o', 'json']);
  const { healthy: isHealthy, checks } = JSON.parse(stdout) as { healthy: boolean; checks: Check[] };
  return { status, isHealthy, checks };
}
