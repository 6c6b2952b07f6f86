import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { commandLine } from '../support/kernel.ts';
import { shell, sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox'] });

describeOnHost('the process of a container', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const statusOf = (pid: number): string => readFileSync(`/proc/${pid}/status`, 'utf8');
  const logOf = (name: string) => expect.poll(() => host.run('logs', name).stdout);

  it('has the capabilities that Podman gives, no way to gain more, and a filter for system calls', async () => {
    host.write('web.yaml', shell('web', 'echo up; /bin/busybox sleep 100000'));

    host.apply();

    await logOf('web').toMatch(/^up$/m);
    const status = statusOf(host.pid('web'));
    for (const set of ['CapPrm', 'CapEff', 'CapBnd']) expect(status).toMatch(new RegExp(`^${set}:\\s+00000000800405fb$`, 'm'));
    for (const set of ['CapInh', 'CapAmb']) expect(status).toMatch(new RegExp(`^${set}:\\s+0000000000000000$`, 'm'));
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    expect(status).toMatch(/^Seccomp:\s+2$/m);
  });

  it('is as likely to be ended for memory as any, however likely reconcile is: conmon sees to that', async () => {
    const likelier = ['sh', '-c', 'echo 300 > /proc/self/oom_score_adj; exec "$@"', 'sh'];
    host.write('web.yaml', sleeper('web'));

    await host.startIn(likelier, 'apply', '--yes', host.manifests).until(/Applied to 1 container /);

    expect(readFileSync(`/proc/${host.pid('web')}/oom_score_adj`, 'utf8')).toBe('0\n');
  });

  it('runs as the user, in the folder, with the environment and under the host name of the manifest, and with nothing of ours', async () => {
    const script = '/bin/busybox id -u; /bin/busybox id -g; /bin/busybox pwd; /bin/busybox hostname; /bin/busybox env; /bin/busybox ls /proc/self/fd; echo end; /bin/busybox sleep 100000';
    const manifest = shell('web', script, ['  hostname: shop']).replace('  process:\n', '  process:\n    user: {uid: 1000, gid: 2000}\n    cwd: /tmp\n    env: {MODE: production}\n');
    host.write('web.yaml', manifest);

    host.apply();

    await logOf('web').toMatch(/^1000\n2000\n\/tmp\nshop\n[^]*^end$/m);
    const [env = '', fds = ''] = host.run('logs', 'web').stdout.replace(/^.*?shop\n/s, '').replace(/end\n$/, '').split(/(?=^0$)/m);
    expect(env.split('\n').map((line) => line.split('=')[0]).filter(Boolean).sort()).toEqual(
      expect.arrayContaining(['MODE', 'PATH']),
    );
    expect(env).not.toMatch(/RECONCILE|npm_|NODE/);
    // The fourth is the folder that ls itself has open.
    expect(fds.trim().split('\n')).toEqual(['0', '1', '2', '3']);
    expect(statusOf(host.pid('web'))).toMatch(/^CapEff:\s+0000000000000000$/m);
  });

  it('has the same filter whether the runtime makes it for the first container or is handed it for the sixth', async () => {
    host.write('web.yaml', sleeper('web', ['  replicas: 6']));

    host.apply();

    const rows = host.status();
    // Until then it is the runtime.
    for (const { pid } of rows) await expect.poll(() => commandLine(pid ?? 0)).toMatch(/^\/bin\/busybox /);
    expect(rows.map(({ pid }) => /^Seccomp:\s+(\d)/m.exec(statusOf(pid ?? 0))?.[1])).toEqual(['2', '2', '2', '2', '2', '2']);
    const programs = rows.map(({ name }) => join(host.root, 'runtime', name, 'seccomp.bpf')).filter((file) => existsSync(file));
    expect(new Set(programs.map((file) => readFileSync(file, 'hex'))).size).toBeLessThanOrEqual(1);
    expect(host.run('exec', 'web-5', '--', '/bin/busybox', 'grep', '-c', 'Seccomp:.2', '/proc/self/status').stdout).toBe('1\n');
  });

  it('sees no other container and little of the host', async () => {
    const script = [
      '/bin/busybox ls /proc | /bin/busybox grep -c "^[0-9]"',
      '/bin/busybox ls -d /proc/1/root/work 2>&1',
      '/bin/busybox wc -c < /proc/kcore',
      'echo x > /proc/sysrq-trigger && echo open',
      'echo x > /sys/x && echo open',
      '/bin/busybox ip -o link 2>/dev/null | /bin/busybox wc -l',
      '/bin/busybox mount -t tmpfs none /tmp 2>/dev/null && echo mounted',
      'echo end; /bin/busybox sleep 100000',
    ].join('; ');
    host.write('web.yaml', shell('web', script));

    host.apply();

    await logOf('web').toMatch(/end/);
    const log = host.run('logs', 'web').stdout;
    expect(log).not.toMatch(/open|mounted/);
    expect(Number(log.split('\n')[0])).toBeLessThanOrEqual(4);
  });

  it('is asked to end by the signal of the manifest, and has the time that it says', async () => {
    const script = 'trap "echo bye; exit 0" USR1; echo up; while true; do /bin/busybox sleep 0.05; done';
    const manifest = shell('web', script).replace('stop: {timeout: 200ms, signal: KILL}', 'stop: {timeout: 10s, signal: USR1}');
    host.write('web.yaml', manifest);
    host.apply();
    await logOf('web').toMatch(/^up$/m);
    const log = `${host.data}/logs/web.log`;

    host.write('web.yaml', manifest.replace('signal: USR1}', 'signal: USR1}\n  hostname: other'));
    const started = Date.now();
    host.apply();

    expect(Date.now() - started).toBeLessThan(within(5_000));
    expect(readFileSync(log, 'utf8')).toMatch(/bye/);
  });

  it('that does not end when asked is killed once its time is over', () => {
    const manifest = shell('web', 'trap "" TERM; while true; do /bin/busybox sleep 0.05; done').replace('stop: {timeout: 200ms, signal: KILL}', 'stop: {timeout: 500ms}');
    host.write('web.yaml', manifest);
    host.apply();
    const pid = host.pid('web');

    const started = Date.now();
    const { status } = host.run('destroy', '--yes', 'web');

    expect(status).toBe(0);
    expect(Date.now() - started).toBeGreaterThanOrEqual(500);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('that ended shows its exit status, and is left alone where the policy says never', async () => {
    host.write('job.yaml', shell('job', 'echo done; exit 3', ['  restart: {policy: never}']));

    host.apply();

    await logOf('job').toMatch(/done/);
    await expect.poll(() => host.status()[0]).toMatchObject({ name: 'job', status: 'stopped', restarts: 0, exit: { code: 3 } });
    expect(host.apply().stdout).toMatch(/No changes\.\n$/);
  });

  it('that the kernel killed for memory says so, and leaves nothing in the folder of whoever applied it', async () => {
    host.write('hog.yaml', shell('hog', 'exec /bin/busybox tail /dev/zero', [
      '  resources: {memory: {max: 16Mi, swap: {max: 0}}}',
      '  restart: {policy: never}',
    ]));

    host.apply();

    await expect.poll(() => host.run('status').stdout, { timeout: within(15_000) }).toContain('stopped (out of memory)');
    expect(readdirSync(host.folder).sort()).toEqual(['data', 'manifests', 'run']);
  });
});
