import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { expectConverged, expectNothingPlanned, inLane, soon } from '../support/disturb.ts';
import { emptyDisk, fillDisk, mountSmallDisk } from '../support/full-disk.ts';
import { initsOf } from '../support/inits.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { isAlive, pidsOf, readCgroup, startTimeOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits, startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'unshare', 'nsenter'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const timeoutMs = within(45_000 + 15_000 * trials);

/** A disk that has room again is noticed within this. */
const recoversWithinMs = 10_000;

/** An instance, and what has to go before it can. */
interface Place {
  readonly host: Instance;
  readonly mounted: string[];
  watcher?: Watcher;
}

describeOnHost('a disk', () => {
  let places: Place[] = [];
  afterEach(async () => {
    for (const { host, mounted, watcher } of places) {
      await watcher?.stop('SIGKILL');
      for (const folder of mounted) emptyDisk(folder);
      expect(host.run('destroy', '--yes').status).toBe(0);
      for (const folder of mounted) inLane('umount', '--lazy', folder);
      await host.close();
    }
    places = [];
  });

  const open = (): Place => {
    const place: Place = { host: openInstance(), mounted: [] };
    places.push(place);
    return place;
  };
  const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;
  const init = (host: Instance, name: string): number => initsOf(host, name)[0] ?? 0;

  /** A small file system in the place of one of the instance's folders. */
  const mountSmall = ({ mounted }: Place, folder: string, size?: string): void => {
    mountSmallDisk(folder, size);
    mounted.push(folder);
  };

  const full = { fault: 'a disk is full', how: 'a tmpfs of 8 MiB for --root or --data, one of 64 KiB for the manifests, filled under a watch' };

  it('that is full below --root or --data keeps a watch neither from what needs no room, nor, once there is some, from the rest', async ({ task }) => {
    task.meta.faultTrials = { ...full, trials: 2 * trials };
    await Promise.all([liveThroughFull('root'), liveThroughFull('data')]);
  }, timeoutMs);

  async function liveThroughFull(which: 'root' | 'data'): Promise<void> {
    const place = open();
    const { host } = place;
    mountSmall(place, host[which]);
    const talk = 'mkfifo /pipe; exec 3<>/pipe; while :; do echo line; read -t 1 word <&3; done';
    host.write('talker.yaml', shell('talker', talk, [soon]));
    for (const name of ['gone', 'killed', 'kept']) host.write(`${name}.yaml`, sleeper(name, [soon, limits(64)]));
    const watcher = (place.watcher = host.watch('--resync', '1h'));
    await watcher.until(/watching/i);
    const untouched = startsOf(host, ['kept', 'talker']);

    for (let trial = 1; trial <= trials; trial += 1) {
      fillDisk(host[which]);
      const killed = init(host, 'killed');
      process.kill(killed, 'SIGKILL');
      host.remove('gone.yaml');
      host.write('kept.yaml', sleeper('kept', [soon, limits(64 + trial)]));
      await eventually(() => { expect(readCgroup(host.cgroup('kept'), 'pids.max')).toBe(String(64 + trial)); }, 5_000);
      await eventually(() => { expect(pidsOf(host.cgroup('gone'))).toEqual([]); }, 5_000);
      await eventually(() => { expect([join(host.root, 'bundles/gone'), join(host.data, 'layers/gone')].filter((path) => existsSync(path))).toEqual([]); }, 5_000);
      // What went left some room.
      fillDisk(host[which]);
      const told = watcher.output().length;
      host.write('fresh.yaml', sleeper('fresh', [soon]));
      const refused = new RegExp(`"container":"fresh".*(ENOSPC|No space left).*"make room below [^"]*--${which}\\b`);
      await eventually(() => { expect(watcher.output().slice(told)).toMatch(refused); });

      emptyDisk(host[which]);
      await eventually(() => {
        expect(['fresh', 'killed'].map((name) => pidsOf(host.cgroup(name)).filter(isAlive).length)).toEqual([1, 1]);
        expectNothingPlanned(host);
      }, recoversWithinMs);
      expect(init(host, 'killed')).not.toBe(killed);
      expect(startsOf(host, ['kept', 'talker'])).toEqual(untouched);
      host.write('gone.yaml', sleeper('gone', [soon, limits(64)]));
      host.remove('fresh.yaml');
      await eventually(() => {
        expect(misfits(host, ['gone', 'kept', 'killed', 'talker']).join('\n')).toBe('');
        expectNothingPlanned(host);
      });
    }

    expect(watcher.output()).not.toMatch(/ERR_INTERNAL/);
    expect(await watcher.stop()).toBe(0);
    expectConverged(host, ['gone', 'kept', 'killed', 'talker']);
  }

  it('that is full where the manifests lie leaves a file empty, for which nothing is done until it is whole', async ({ task }) => {
    task.meta.faultTrials = { ...full, trials };
    const place = open();
    const { host } = place;
    mountSmall(place, host.manifests, '64k');
    for (const name of ['a', 'b']) host.write(`${name}.yaml`, sleeper(name, [soon, limits(64)]));
    const watcher = (place.watcher = host.watch('--resync', '1h'));
    await watcher.until(/watching/i);
    const before = startsOf(host, ['a', 'b']);

    for (let trial = 1; trial <= trials; trial += 1) {
      const told = watcher.output().length;
      writeFileSync(join(host.manifests, 'b.yaml'), '');
      fillDisk(host.manifests);
      expect(() => { writeFileSync(join(host.manifests, 'b.yaml'), sleeper('b', [soon, limits(64 + trial)])); }).toThrow('ENOSPC');
      expect(statSync(join(host.manifests, 'b.yaml')).size).toBe(0);
      await eventually(() => { expect(watcher.output().slice(told)).toMatch(/b\.yaml:1:1: the file has no document/); });
      await new Promise((resolve) => setTimeout(resolve, 700));
      expect(startsOf(host, ['a', 'b'])).toEqual(before);

      emptyDisk(host.manifests);
      host.write('b.yaml', sleeper('b', [soon, limits(64 + trial)]));
      await eventually(() => { expect(readCgroup(host.cgroup('b'), 'pids.max')).toBe(String(64 + trial)); }, recoversWithinMs);
      expect(startsOf(host, ['a', 'b'])).toEqual(before);
    }
    expect(await watcher.stop()).toBe(0);
  }, timeoutMs);

  const readOnly = { fault: 'a disk is read-only', how: '--root or --data, remounted in the mount namespace of the command, and back' };
  /** A command whose view of a folder cannot be written to. */
  const withReadOnly = (folder: string): string[] =>
    ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', `mount --bind ${folder} ${folder} && mount -o remount,bind,ro ${folder} && exec "$@"`, 'sh'];

  const remount = ({ child }: Watcher, how: 'ro' | 'rw', folder: string): void => {
    inLane('nsenter', `--mount=/proc/${child.pid}/ns/mnt`, 'mount', '-o', `remount,bind,${how}`, folder);
  };

  it('that is read-only below --data is told by a watch, which goes on with what needs none, and takes the rest up once it can be written', async ({ task }) => {
    task.meta.faultTrials = { ...readOnly, trials };
    const place = open();
    const { host } = place;
    for (const name of ['a', 'b']) host.write(`${name}.yaml`, sleeper(name, [soon, limits(64)]));
    host.apply();
    const before = startTimeOf(init(host, 'a'));
    const watcher = (place.watcher = host.startIn(withReadOnly(host.data), 'watch', '--resync', '1h', host.manifests));
    await watcher.until(/watching/i);

    for (let trial = 1; trial <= trials; trial += 1) {
      const told = watcher.output().length;
      host.write('fresh.yaml', sleeper('fresh', [soon]));
      host.write('a.yaml', sleeper('a', [soon, limits(64 + trial)]));
      await eventually(() => { expect(readCgroup(host.cgroup('a'), 'pids.max')).toBe(String(64 + trial)); }, 5_000);
      await eventually(() => { expect(watcher.output().slice(told)).toMatch(/"container":"fresh".*(EROFS|Read-only file system)/); });
      remount(watcher, 'rw', host.data);
      await eventually(() => {
        expect(pidsOf(host.cgroup('fresh'))).toHaveLength(1);
        expectNothingPlanned(host);
      }, recoversWithinMs);
      expect(startTimeOf(init(host, 'a'))).toBe(before);
      if (trial === trials) break;
      host.remove('fresh.yaml');
      await eventually(() => { expect([pidsOf(host.cgroup('fresh')), existsSync(join(host.data, 'layers/fresh'))]).toEqual([[], false]); });
      // Once nobody has a file there open to write to.
      await eventually(() => { remount(watcher, 'ro', host.data); });
    }

    expect(watcher.output()).not.toMatch(/ERR_INTERNAL/);
    expect(await watcher.stop()).toBe(0);
    expectConverged(host, ['a', 'b', 'fresh']);
  }, timeoutMs);

  it('that is read-only below --root lets everything be looked at, and nothing be changed, with the reason', async ({ task }) => {
    task.meta.faultTrials = { ...readOnly, trials: 3 * trials };
    const { host } = open();
    host.write('a.yaml', sleeper('a', [limits(64)]));
    host.apply();
    const before = startTimeOf(init(host, 'a'));
    const prefix = withReadOnly(host.root);

    for (let trial = 1; trial <= trials; trial += 1) {
      host.write('a.yaml', sleeper('a', [limits(64 + trial)]));
      const looks = [host.startIn(prefix, 'status'), host.startIn(prefix, 'plan', host.manifests)];
      const changes = [host.startIn(prefix, 'apply', '--yes', host.manifests), host.startIn(prefix, 'destroy', '--yes'), host.startIn(prefix, 'watch', host.manifests)];

      await eventually(() => { expect([...looks, ...changes].map(({ child }) => child.exitCode)).toEqual([0, 0, 1, 1, 1]); });
      for (const change of changes) {
        await change.stop();
        expect(change.output()).toMatch(/EROFS: read-only file system, open '.*lock' \[ERR_SYSTEM\]/);
      }
      expect([startTimeOf(init(host, 'a')), readCgroup(host.cgroup('a'), 'pids.max')]).toEqual([before, String(63 + trial)]);
      host.apply();
      expect(readCgroup(host.cgroup('a'), 'pids.max')).toBe(String(64 + trial));
    }
  }, timeoutMs);
});
