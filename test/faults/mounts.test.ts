import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { mountsBelow, pidsOf } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { misfits } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

/** `TRIALS=10 npm run test:chaos` swaps for ten times as many creations. */
const creations = 4 * Math.max(1, Number(process.env['TRIALS'] ?? 1));

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

  it('lead nowhere else while somebody swaps their target for a link that leads out of the root filesystem', async ({ task }) => {
    const [root, outside] = [join(host.folder, 'rootfs'), join(host.folder, 'outside')];
    for (const folder of [root, outside, join(root, 'bin'), join(root, 'data'), join(root, 'spare'), join(root, 'proc'), join(root, 'sys'), join(root, 'dev')]) mkdirSync(folder);
    writeFileSync(join(outside, 'mine'), 'mine');
    writeFileSync(join(root, 'bin/busybox'), readFileSync('/bin/busybox'), { mode: 0o755 });
    symlinkSync(outside, join(root, 'link'));
    const swap = 'cd "$1"; n=0; while [ $n -lt 2000000 ]; do mv -T data d1; mv -T link data; mv -T data link; mv -T d1 data; n=$((n+4)); done';
    const swapper = spawn('/bin/busybox', ['sh', '-c', swap, 'sh', root], { stdio: 'ignore' });
    host.write('web.yaml', mounting('/usr/share', true).replace('{jail: {binaries: [/bin/busybox]}}', `{path: ${root}}`).replace('target: /data', 'target: /data/deeper'));
    let made = 0;
    try {
      for (let count = 0; count < creations; count += 1) {
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
      swapper.kill('SIGKILL');
    }

    task.meta.faultTrials = { fault: 'a mount’s target is swapped', how: 'for a link that leads out of the root filesystem, and back, while its container is made', trials: creations };
    expect(made).toBeGreaterThan(0);
  });
});
