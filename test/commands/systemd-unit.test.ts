import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/run-cli.ts';

let cwd: string;
const command = [process.execPath, resolve('src/cli.ts')];

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'reconcile-unit-'));
});

afterEach(() => {
  rmSync(cwd, { recursive: true });
});

const execStart = (text: string): string => /^ExecStart=(.*)$/m.exec(text)?.[1] ?? '';

describe('systemd-unit', () => {
  it('prints the units of a watch with the flags that it was given itself', async () => {
    const flags = ['--root', 'run', '--data', 'data', '--runtime', 'crun', '--resync', '1m', '--allow-prune', '--log-level', 'debug'];

    const { status, stdout } = await runCli(['systemd-unit', ...flags, 'a', '/b'], { command, cwd });

    expect(status).toBe(0);
    expect(stdout.match(/^# \/etc\/systemd\/system\/.*$/gm)).toEqual([
      '# /etc/systemd/system/reconcile.service',
      '# /etc/systemd/system/reconcile-containers.service',
    ]);
    expect(execStart(stdout)).toBe(
      `${command.join(' ')} watch --root ${cwd}/run --data ${cwd}/data` +
        ' --cgroup-parent system.slice/reconcile-containers.service/reconcile --runtime crun' +
        ` --allow-prune --resync 1m --log-level debug -- ${cwd}/a /b`,
    );
  });

  it('takes what comes from the environment along, which a service does not have', async () => {
    const env = { RECONCILE_ROOT: '/run/a', RECONCILE_RESYNC: '2m', RECONCILE_LOG_LEVEL: 'error', RECONCILE_CGROUP_PARENT: 'a' };

    const { stdout } = await runCli(['systemd-unit', '/b'], { command, cwd, env });

    expect(execStart(stdout)).toMatch(/ --root \/run\/a .*\/reconcile-containers_a\.service\/a .* --resync 2m --log-level error -- \/b$/);
  });

  it('writes the units where it is told to, for anybody to read', async () => {
    mkdirSync(join(cwd, 'units'));

    const { status, stdout, stderr } = await runCli(['systemd-unit', '--out', 'units', '/b'], { command, cwd });

    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain('systemctl daemon-reload && systemctl enable --now reconcile.service');
    expect(readdirSync(join(cwd, 'units'))).toEqual(['reconcile-containers.service', 'reconcile.service']);
    expect(execStart(readFileSync(join(cwd, 'units/reconcile.service'), 'utf8'))).toMatch(/ -- \/b$/);
    expect(statSync(join(cwd, 'units/reconcile.service')).mode & 0o777).toBe(0o644);
  });

  it.each([
    ['no manifests where it was called', [], 'manifests: no such file or folder'],
    ['a folder to write to that is not there', ['--out', 'nowhere', '/b'], 'nowhere: no such folder'],
    ['a path that no unit file can hold', ['/a\nExecStartPost=/b'], 'a control character cannot be in a unit file'],
  ])('refuses %s', async (_case, args, message) => {
    const { status, stdout, stderr } = await runCli(['systemd-unit', ...args], { command, cwd });

    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(message);
  });
});
