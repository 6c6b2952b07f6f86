import { existsSync, mkdirSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectConverged, inLane, replicas, runtimeProgram, soon, writeRuntime } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { isAlive } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { many, within } from '../support/pace.ts';
import { misfits, monitorOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('killed at any moment', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const web = (count: number, lines: readonly string[] = []): string => sleeper('web', [`  replicas: ${count}`, soon, ...lines]);

  const cases: readonly (readonly [string, { readonly before?: string; readonly after: string; readonly command: string; readonly left: number }])[] = [
    ['a create', { after: web(many(8, 3)), command: 'apply', left: many(8, 3) }],
    ['a rolling restart', { before: web(many(6, 2)), after: web(many(6, 2), ['  hostname: other']), command: 'apply', left: many(6, 2) }],
    ['a rolling restart of a watch', { before: web(many(6, 2)), after: web(many(6, 2), ['  hostname: other']), command: 'watch', left: many(6, 2) }],
    ['a replacement', { before: web(many(6, 2)), after: web(many(6, 2)).replace('[/bin/busybox]}}', '[/bin/busybox, /bin/sh]}}'), command: 'apply', left: many(6, 2) }],
    ['scaling down', { before: web(many(8, 3)), after: web(2), command: 'apply', left: 2 }],
  ];

  it.each(cases)('%s is taken up by the next run', async (_title, { before, after, command, left }) => {
    const moments = [60 + Math.random() * 200, 0, 260 + Math.random() * 500];
    for (const afterMs of moments.slice(0, many(3, 1)).map(within)) {
      if (before !== undefined) {
        host.write('web.yaml', before);
        host.apply();
      }
      host.write('web.yaml', after);
      const killed = command === 'watch' ? host.watch() : host.start(command, '--yes', host.manifests);
      await killed.until(/web/);
      await delay(afterMs);
      await killed.stop('SIGKILL');

      host.apply();

      expect(misfits(host, replicas(left)).join('\n'), `killed ${afterMs} ms after the plan`).toBe('');
      host.run('destroy', '--yes');
    }
  });

  it('the removal of a jail, as the last step of all, is ended by the next run, which has nothing else to do', () => {
    host.write('web.yaml', web(1));
    host.apply();
    const removed = join(host.data, 'jails', `.tmp-${'0'.repeat(16)}`);
    mkdirSync(join(removed, 'bin'), { recursive: true });

    host.apply();

    expect(existsSync(removed)).toBe(false);
    expect(misfits(host, ['web-0'])).toEqual([]);
  });

  it('a destroy leaves nothing after the next one', async () => {
    host.write('web.yaml', web(many(10, 3)));
    host.apply();
    const killed = host.start('destroy', '--yes');
    await killed.until(/web/);
    await delay(Math.random() * 200);
    await killed.stop('SIGKILL');

    host.run('destroy', '--yes');

    expect(host.leftovers()).toEqual([]);
  });

  it.each(['before', 'after'])('a creation whose monitor goes on is ended first: %s the runtime did its work', async (moment) => {
    const slow = 'if [ "$call" = create ] && rm "$0.slow" 2>/dev/null; then';
    const wait = moment === 'before' ? `${slow} sleep 1; fi` : `${slow} ${runtimeProgram} "$@"; sleep 1; exit 0; fi`;
    const runtime = writeRuntime(host, wait);
    writeFileSync(`${runtime}.slow`, '');
    host.write('web.yaml', sleeper('web'));
    const killed = host.start('apply', '--runtime', runtime, host.manifests);
    await eventually(() => { expect(existsSync(`${runtime}.slow`)).toBe(false); });
    await killed.stop('SIGKILL');

    host.apply('--runtime', runtime);
    await delay(1_200);

    expectConverged(host, ['web']);
  });
});

describeOnHost('a container damaged behind our back', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const bundle = (name: string, file = ''): string => join(host.root, 'bundles', name, file);
  const intoFolder = (path: string): void => {
    rmSync(path);
    mkdirSync(join(path, 'x'), { recursive: true });
  };

  const damages: Readonly<Record<string, (name: string) => void>> = {
    'record-empty': (name) => { truncateSync(bundle(name, 'record.json')); },
    'record-cut-off': (name) => { writeFileSync(bundle(name, 'record.json'), '{"group":'); },
    'record-a-folder': (name) => { intoFolder(bundle(name, 'record.json')); },
    'run-missing': (name) => { unlinkSync(bundle(name, 'run.json')); },
    'run-no-record': (name) => { writeFileSync(bundle(name, 'run.json'), 'null'); },
    'run-a-folder': (name) => { intoFolder(bundle(name, 'run.json')); },
    'monitor-and-process-killed': (name) => { for (const pid of [monitorOf(host, name), host.pid(name)]) process.kill(pid, 'SIGKILL'); },
    'pid-file-wrong': (name) => { writeFileSync(bundle(name, 'conmon.pid'), '1'); process.kill(host.pid(name), 'SIGKILL'); },
    'layer-removed': (name) => { rmSync(join(host.data, 'layers', name), { recursive: true }); process.kill(host.pid(name), 'SIGKILL'); },
    'state-removed': (name) => { rmSync(join(host.root, 'runtime', name), { recursive: true }); process.kill(host.pid(name), 'SIGKILL'); },
    'mounted-over': (name) => { inLane('mount', '-t', 'tmpfs', 'tmpfs', bundle(name, 'rootfs')); process.kill(host.pid(name), 'SIGKILL'); },
    'bundle-a-file': (name) => { rmSync(bundle(name), { recursive: true }); writeFileSync(bundle(name), ''); },
    'bundle-gone': (name) => { rmSync(bundle(name), { recursive: true }); },
  };

  it('is made anew by one apply, however it was damaged, and the others are not touched', async () => {
    const names = ['good', ...Object.keys(damages)];
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon]));
    host.apply();
    const good = host.pid('good');

    for (const [name, damage] of Object.entries(damages)) damage(name);
    await delay(300);
    host.apply();

    expectConverged(host, names);
    expect(host.pid('good')).toBe(good);
  });

  it('starts again where its monitor was killed, and where its process was killed after it', async () => {
    const names = ['alone', 'both'];
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon]));
    host.apply();
    const before = names.map((name) => host.pid(name));

    for (const name of names) process.kill(monitorOf(host, name), 'SIGKILL');
    process.kill(host.pid('both'), 'SIGKILL');
    await eventually(() => { expect(before.map(isAlive)).toEqual([true, false]); });
    host.apply();

    expect(before.map(isAlive)).toEqual([false, false]);
    expectConverged(host, names);
  });

  it('is destroyed although its log became a folder', () => {
    host.write('web.yaml', sleeper('web'));
    host.apply();
    intoFolder(join(host.data, 'logs', 'web.log'));

    expect(host.run('destroy', '--yes').status).toBe(0);
    expect(host.leftovers()).toEqual([]);
  });

  it('is brought back under every limit that it was moved away from', () => {
    const hierarchies = ['cpu', 'cpuset', 'memory', 'pids', 'blkio'].filter((one) => existsSync(join('/sys/fs/cgroup', one, 'cgroup.procs')));
    const names = hierarchies.length === 0 ? ['unified'] : hierarchies;
    for (const name of names) host.write(`${name}.yaml`, sleeper(name, [soon]));
    host.apply();

    for (const name of names) writeFileSync(join('/sys/fs/cgroup', hierarchies.length === 0 ? '' : name, 'cgroup.procs'), String(host.pid(name)));
    const { stdout } = host.apply();

    for (const name of names) expect(stdout, name).toMatch(new RegExp(`restart.*\\b${name}\\b`, 's'));
    expectConverged(host, names);
  });
});
