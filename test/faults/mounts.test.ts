import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeRuntime } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { mountsBelow, pidsOf } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

/** `TRIALS=10 npm run test:chaos` swaps for ten times as many creations. */
const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

const creations = 4 * trials;

const timeoutMs = within(45_000 + 15_000 * trials);

describeOnHost('mounts of the host', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const mounting = (source: string, readonly: boolean): string => sleeper('web', [`  mounts: [{source: ${source}, target: /data, readonly: ${readonly}}]`]);
  const apply = (...flags: string[]) => host.run('apply', '--yes', ...flags, host.manifests);

  it('that give the host away are refused, also read-only and behind a link, until a list of root allows them', () => {
    const link = join(host.folder, 'link');
    symlinkSync('/', link);
    mkdirSync(host.root, { mode: 0o700 });
    for (const source of ['/', '/proc', '/sys', '/dev', '/run', link, host.root, host.folder, host.manifests, '/tmp']) {
      host.write('web.yaml', mounting(source, true));

      const { status, stdout } = apply();

      expect([status, stdout], source).toEqual([1, expect.stringMatching(/web: refused [^]*--allow-mounts FILE/)]);
      expect(misfits(host, []), source).toEqual([]);
    }

    const list = join(host.folder, 'mounts');
    writeFileSync(list, `# for this test\n${host.folder}\n`);
    host.write('web.yaml', mounting(host.folder, true));
    expect(apply('--allow-mounts', list).status).toBe(0);
    expect(misfits(host, ['web'])).toEqual([]);
  });

  it('lead nowhere else while somebody swaps their target for a link that leads out of the root filesystem', { timeout: timeoutMs }, async ({ task }) => {
    const [root, outside] = [join(host.folder, 'rootfs'), join(host.folder, 'outside')];
    for (const folder of [root, outside, join(root, 'bin'), join(root, 'data'), join(root, 'spare'), join(root, 'proc'), join(root, 'sys'), join(root, 'dev')]) mkdirSync(folder);
    writeFileSync(join(outside, 'mine'), 'mine');
    writeFileSync(join(root, 'bin/busybox'), readFileSync('/bin/busybox'), { mode: 0o755 });
    symlinkSync(outside, join(root, 'link'));
    const swap = 'cd "$1"; n=0; while [ $n -lt 2000000 ]; do mv -T data d1; mv -T link data; mv -T data link; mv -T d1 data; n=$((n+4)); done';
    const swapper = spawn('/bin/busybox', ['sh', '-c', swap, 'sh', root], { stdio: 'ignore', detached: true });
    host.write('web.yaml', mounting('/usr/share', true).replace('{jail: {binaries: [/bin/busybox]}}', `{path: ${root}}`).replace('target: /data', 'target: /data/deeper'));
    let [made, count] = [0, 0];
    try {
      // Whether a creation meets the folder or the link is chance: some of them are to have met the folder.
      for (; count < creations || (made === 0 && count < 10 * creations); count += 1) {
        const { status, stderr } = apply();
        if (status === 0) {
          made += 1;
          const mounts = readFileSync(`/proc/${pidsOf(host.cgroup('web'))[0]}/mountinfo`, 'utf8').split('\n').map((line) => line.split(' ')[4] ?? '');
          expect(mounts.filter((point) => point.includes('outside'))).toEqual([]);
        } else expect(stderr).not.toMatch(/ERR_INTERNAL/);
        expect(readdirSync(outside)).toEqual(['mine']);
        expect(mountsBelow(outside)).toEqual([]);
        host.run('destroy', '--yes');
      }
    } finally {
      const ended = once(swapper, 'exit');
      process.kill(-(swapper.pid ?? 0), 'SIGKILL');
      await ended;
      // crun fails at a target behind a link that leads nowhere.
      for (const name of ['data', 'd1', 'link']) rmSync(join(root, name), { recursive: true, force: true });
    }

    task.meta.faultTrials = { fault: 'a mount’s target is swapped', how: 'for a link that leads out of the root filesystem, and back, while its container is made', trials: count };
    expect(made).toBeGreaterThan(0);
  });

  describe('of which a part of the source’s path is swapped for a link', () => {
    let [source, outside]: [string, string] = ['', ''];

    /** A container that leaves a mark in what it is shown, and how its source comes to be what it was and what it must not be. */
    const lay = (kind: 'folder' | 'file'): void => {
      [source, outside] = [join(host.folder, 'ours/data'), join(host.folder, 'outside/data')];
      for (const path of [source, outside]) {
        mkdirSync(dirname(path));
        if (kind === 'folder') mkdirSync(path);
        else writeFileSync(path, '');
      }
      host.write('web.yaml', shell('web', `echo mine >> /data${kind === 'folder' ? '/mark' : ''}; sleep 100000`, [`  mounts: [{source: ${source}, target: /data}]`]));
    };
    const isMarked = (path: string): boolean => existsSync(join(path, 'mark')) || (statSync(path).isFile() && readFileSync(path, 'utf8') !== '');
    const swap = (): string => `cd ${host.folder}; mv -T ours away; ln -s outside ours; cd -`;
    const swapBack = (): string => `cd ${host.folder}; rm ours; mv -T away ours`;

    const swaps = ['crun', 'runc'].flatMap((runtime) => (['folder', 'file'] as const).flatMap((kind) => (['stays', 'is undone'] as const).map((then) => ({ runtime, kind, then }))));

    const chosen = trials === 1 ? swaps.filter((_, index) => [0, 3, 5, 6].includes(index)) : Array.from({ length: trials }, () => swaps).flat();

    it.for(chosen)(
      'never runs with what nobody judged: $runtime, a $kind, the swap $then',
      async ({ runtime, kind, then }, { task }) => {
        lay(kind);
        const undo = then === 'is undone' ? swapBack() : ':';
        const wrapper = writeRuntime(host, `[ "$call" = create ] || exec ${runtime} "$@"; { ${swap()}; } >&2; ${runtime} "$@"; status=$?; ${undo}; exit $status`);

        const { status, stderr } = apply('--runtime', wrapper);

        expect(status).toBe(1);
        expect(stderr).toContain(`web: mount /data shows ${outside}`);
        expect(stderr).toMatch(/ERR_ROOTFS/);
        expect(pidsOf(host.cgroup('web'))).toEqual([]);
        expect(isMarked(outside)).toBe(false);
        if (then === 'stays') execFileSync('sh', ['-c', swapBack()]);
        expect(isMarked(source)).toBe(false);

        expect(apply('--runtime', runtime).status).toBe(0);
        await eventually(() => { expect(isMarked(source)).toBe(true); });
        expect(isMarked(outside)).toBe(false);
        task.meta.faultTrials = { fault: 'a mount’s source is swapped', how: 'for a link in its path, right before the runtime looks at it, and back right after or not', trials: 1 };
      },
    );

    it('between a plan that was saved and its apply makes that plan stale', () => {
      lay('folder');
      const link = join(host.folder, 'link');
      symlinkSync(source, link);
      host.write('web.yaml', mounting(link, true));
      const file = join(host.folder, 'next.plan');
      expect(host.run('plan', '--out', file, host.manifests).status).toBe(0);
      rmSync(link);
      symlinkSync(outside, link);

      const { status, stderr } = host.run('apply', file);

      expect(status).toBe(1);
      expect(stderr).toContain(`web would be shown something else: ${link} leads to ${outside} now, led to ${source}`);
      expect(misfits(host, [])).toEqual([]);
    });

    it('for one to what is refused keeps the container from coming back', async () => {
      lay('folder');
      const link = join(host.folder, 'link');
      symlinkSync(source, link);
      host.write('web.yaml', mounting(link, true));
      expect(apply().status).toBe(0);
      rmSync(link);
      symlinkSync('/', link);
      process.kill(host.pid('web'), 'SIGKILL');
      await eventually(() => { expect(host.status()[0]?.status).toBe('stopped'); });

      const { status, stdout } = apply();

      expect([status, stdout]).toEqual([1, expect.stringMatching(/web: refused [^]*--allow-mounts FILE/)]);
      rmSync(link);
      symlinkSync(source, link);
      expect(apply().status).toBe(0);
    });
  });
});
