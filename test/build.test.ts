import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './support/run-cli.ts';

/** Below dist, so that the source map's paths are those of a real build. */
let built: string;
/** Outside of the repository: no package is within reach there. */
let folder: string;
let program: string;

beforeAll(() => {
  mkdirSync('dist', { recursive: true });
  built = mkdtempSync('dist/test-');
  folder = mkdtempSync(join(tmpdir(), 'reconcile-build-'));
  const env = { ...process.env, RECONCILE_BUILD_FILE: join(built, 'reconcile.js') };
  const build = spawnSync('node_modules/.bin/rolldown', ['-c', 'rolldown.config.ts'], { env, encoding: 'utf8' });
  if (build.status !== 0) throw new Error(build.stderr);
  program = join(folder, 'reconcile.js');
  for (const name of ['reconcile', 'reconcile.js']) copyFileSync(join(built, name), join(folder, name));
}, 60_000);

afterAll(() => {
  rmSync(built, { recursive: true });
  rmSync(folder, { recursive: true });
});

describe('the build', () => {
  it('is one executable file with a source map, a launcher and a manual page beside it', () => {
    const file = join(built, 'reconcile.js');

    expect(readdirSync(built).sort()).toEqual(['reconcile', 'reconcile.1', 'reconcile.js', 'reconcile.js.map']);
    expect(readFileSync(join(built, 'reconcile.1'), 'utf8')).toMatch(/^\.TH RECONCILE 1 /m);
    expect(statSync(file).mode & 0o111).toBe(0o111);
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  });

  it('holds no path of the machine that built it', () => {
    const text = readFileSync(program, 'utf8') + readFileSync(join(built, 'reconcile.js.map'), 'utf8');

    expect(text.includes(resolve('.'))).toBe(false);
  });

  it.each([['--version'], ['--help'], ['plan', '--help']])('answers %s where no package is installed', async (...args) => {
    const { status, stderr, stdout } = await runCli(args, { command: [process.execPath, program], cwd: folder });

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^reconcile /);
  });

  it('validates the examples where no package is installed', async () => {
    cpSync('manifests', join(folder, 'manifests'), { recursive: true });

    const { status, stdout, stderr } = await runCli(['validate'], { command: [process.execPath, program], cwd: folder });

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^\d+ containers? in \d+ files?: valid\.\n$/);
  });

  it('has every schema within it', async () => {
    const { status, stdout } = await runCli(['schema', 'container'], { command: [process.execPath, program], cwd: folder });

    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('schemas/container.schema.json', 'utf8')));
  });

  it('holds manifests to a policy where no package is installed', async () => {
    const policy = ['apiVersion: reconcile/v1', 'kind: Policy', 'metadata: {name: house}', 'spec: {rules: [{name: rule, message: m, path: spec.replicas, schema: {minimum: 9}}]}', ''];
    writeFileSync(join(folder, 'policy.yaml'), policy.join('\n'));

    const { status, stderr } = await runCli(['validate', '--policy', 'policy.yaml'], { command: [process.execPath, program], cwd: folder });

    expect(status).toBe(1);
    expect(stderr).toContain('[ERR_POLICY_BROKEN]');
  });

  it('tells an old node that it is too old', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '22.9.0' } })";
    const command = [process.execPath, '--import', `data:text/javascript,${older}`, program];

    const { status, stderr } = await runCli(['--version'], { command, cwd: folder });

    expect(status).toBe(1);
    expect(stderr.split('\n')[0]).toBe('reconcile: node 22.22 or newer is needed, this is 22.9.0 [ERR_HOST_UNSUPPORTED]');
  });

  it('says what it says as a program from source', async () => {
    const [bundled, source] = await Promise.all([
      runCli(['plan', '--nothing'], { command: [process.execPath, program], cwd: folder }),
      runCli(['plan', '--nothing']),
    ]);

    expect(bundled).toEqual(source);
  });
});

describe('the program that npm puts on PATH', () => {
  it('runs the build beside it through a link, with its arguments', async () => {
    const link = join(folder, 'link');
    symlinkSync(join(folder, 'reconcile'), link);

    const { status, stdout } = await runCli(['plan', '--help'], { command: [link], cwd: '/' });

    expect(status).toBe(0);
    expect(stdout).toMatch(/^reconcile plan: /);
  });
});
