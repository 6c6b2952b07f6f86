import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, expectNothingPlanned, inLane } from '../support/disturb.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

interface Recorded {
  readonly files: readonly string[];
  readonly record: object;
  readonly run: object;
}

/** What the version of that commit left below --root of one container, with what differs from host to host left open. */
const recorded = JSON.parse(readFileSync(new URL('./recorded/2026-11-22.json', import.meta.url), 'utf8')) as Recorded;

const names = ['web-0', 'web-1'] as const;

/** The manifest of what was recorded. */
const manifestOf = (host: Instance, pids = 40): string =>
  sleeper('web', [
    '  replicas: 2',
    `  resources: {pids: {max: ${pids}}, memory: {max: 64Mi}, cpu: {max: 0.5, weight: 200}}`,
    `  mounts: [{source: ${host.folder}/shared, target: /mnt, readonly: true}]`,
  ])
    .replace('{name: web}', '{name: web, labels: {app: shop}}')
    .replace('  process: {', '  process: {env: {A: b}, ');

describeOnHost('a change of the version of reconcile', () => {
  let host: Instance;
  beforeEach(() => {
    host = openInstance();
    mkdirSync(join(host.folder, 'shared'));
    host.write('web.yaml', manifestOf(host));
  });
  afterEach(() => host.close());

  const bundle = (name: string, file = ''): string => join(host.root, 'bundles', name, file);
  const read = (name: string, file: string): Record<string, unknown> => JSON.parse(readFileSync(bundle(name, file), 'utf8')) as Record<string, unknown>;
  const processes = (): (string | undefined)[] => names.map((name) => `${pidsOf(host.cgroup(name))[0]} ${startTimeOf(pidsOf(host.cgroup(name))[0] ?? 0)}`);

  /** Puts the text of another host in the place of what was left open. */
  const fill = (value: object, name: string): string => {
    const [run, { rootfsId }] = [read(name, 'run.json'), read(name, 'record.json')];
    const open: Readonly<Record<string, unknown>> = { $PID: run['pid'], $START_TIME: run['startTime'], $STARTED_AT_MS: run['startedAtMs'], $MOUNTS: run['mounts'], $ROOTFS_ID: rootfsId };
    const text = JSON.stringify(value, (_key, each: unknown) => (typeof each === 'string' ? (open[each] ?? each.replace('$MANIFESTS', host.manifests).replace('$SHARED', join(host.folder, 'shared'))) : each));
    return `${text.replace('"web-0"', JSON.stringify(name))}\n`;
  };

  /** As the version of 22 November had it: its notes, no mark, no notes of the runtime, and a mount of each root filesystem. */
  const makeOld = (): void => {
    const texts = names.map((name) => ({ name, record: fill(recorded.record, name), run: fill(recorded.run, name) }));
    inLane('umount', join(host.root, 'bundles'));
    for (const { name, record, run } of texts) {
      writeFileSync(bundle(name, 'record.json'), record);
      writeFileSync(bundle(name, 'run.json'), run);
      inLane('mount', '-t', 'tmpfs', 'tmpfs', bundle(name, 'rootfs'));
    }
    for (const note of ['runtime.json', 'seccomp.json']) rmSync(join(host.root, note), { force: true });
  };

  it('leaves the containers of an older one as they are, resizes them in place, and destroys them', ({ task }) => {
    task.meta.faultTrials = { fault: 'reconcile is of another version', how: 'bundles as an older version left them, and what that one needs of ours', trials: 1 };
    host.apply();
    const before = processes();
    makeOld();

    const { status, stdout } = host.run('plan', '--detailed-exitcode', host.manifests);
    expect([status, /No changes\.\n$/.test(stdout)], stdout).toEqual([0, true]);
    host.write('web.yaml', manifestOf(host, 50));
    host.write('new.yaml', sleeper('new'));
    host.apply();

    expect(names.map((name) => readCgroup(host.cgroup(name), 'pids.max'))).toEqual(['50', '50']);
    expect(processes()).toEqual(before);
    expectConverged(host, [...names, 'new']);
    // The end of the test destroys them, and nothing may be left.
  });

  it('keeps in a bundle all that an older one reads there, each of the kind that it was', ({ task }) => {
    task.meta.faultTrials = { fault: 'reconcile is of another version', how: 'bundles as an older version left them, and what that one needs of ours', trials: 1 };
    host.apply();

    expect(readdirSync(bundle('web-0'))).toEqual(expect.arrayContaining([...recorded.files]));
    const wanted = { record: JSON.parse(fill(recorded.record, 'web-0')) as object, run: JSON.parse(fill(recorded.run, 'web-0')) as object };
    expect({ record: read('web-0', 'record.json'), run: read('web-0', 'run.json') }).toMatchObject(wanted);
  });

  const older = process.env['OLD_PROGRAM'];
  it.skipIf(older === undefined)('and back again leaves every process as it is, with OLD_PROGRAM=FILE as the older one', () => {
    const old = (command: string, ...args: string[]): string => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [older ?? '', command, ...host.flags, ...args, host.manifests], { cwd: host.folder, encoding: 'utf8' });
      expect(status, `${stdout}${stderr}`).toBe(0);
      return stdout;
    };
    old('apply', '--yes');
    const before = processes();

    for (const [turn, pids] of [50, 60, 70].entries()) {
      host.write('web.yaml', manifestOf(host, pids));
      if (turn === 1) old('apply', '--yes');
      else host.apply();
      expect([readCgroup(host.cgroup('web-0'), 'pids.max'), ...processes()]).toEqual([String(pids), ...before]);
      expect(old('plan', '--detailed-exitcode')).toMatch(/No changes\.\n$/);
      expectNothingPlanned(host);
    }
  });
});
