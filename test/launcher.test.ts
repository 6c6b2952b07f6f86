import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './support/run-cli.ts';

/** Whose names are as odd as a path allows. */
let folder: string;

/** A package whose program says its arguments, and a prefix into which npm linked it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "recon cile's-*-"));
  write('package/dist/start.cjs', 'const { env } = process; process.stdout.write(JSON.stringify(env.SHOW_MAPPED ? env.MALLOC_MMAP_THRESHOLD_ ?? null : env.SHOW_FLAGS ? process.execArgv : process.argv.slice(2)));');
  mkdirSync(at('package/node_modules/.bin'), { recursive: true });
  symlinkSync(process.execPath, at('package/node_modules/.bin/node'));
  copyFileSync('src/launcher.sh', at('package/dist/reconcile'));
  chmodSync(at('package/dist/reconcile'), 0o755);
  link('prefix/lib/node_modules/reconcile', '../../../package');
  link('prefix/bin/reconcile', '../lib/node_modules/reconcile/dist/reconcile');
  link('project/node_modules/reconcile', '../../package');
  link('project/node_modules/.bin/reconcile', '../reconcile/dist/reconcile');
  link('absolute', at('package/dist/reconcile'));
  link('deep/er/relative', '../../package/dist/reconcile');
  link('of a link', 'deep/er/relative');
  link('bin', 'prefix/bin');
  link('elsewhere/bin', '../prefix/bin');
});

afterAll(() => { rmSync(folder, { recursive: true }); });

const at = (path: string): string => join(folder, path);

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
}

function link(path: string, to: string): void {
  mkdirSync(dirname(at(path)), { recursive: true });
  symlinkSync(to, at(path));
}

const args = ['plan', 'a b', '', '*', '--', "'"];

describe('what npm puts on PATH', () => {
  it.each([
    ['by its own path', 'package/dist/reconcile'],
    ['by the link of npm install -g and npm link', 'prefix/bin/reconcile'],
    ['by the link in a project', 'project/node_modules/.bin/reconcile'],
  ])('starts the program beside it %s, without any other program', async (_, path) => {
    const { status, stdout, stderr } = await runCli(args, { command: [at(path)], cwd: '/', env: { PATH: '/nowhere' } });

    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  it.each([
    ['a link with an absolute path', 'absolute'],
    ['a link with a relative path', 'deep/er/relative'],
    ['a link to a link', 'of a link'],
    ['a linked folder', 'bin/reconcile'],
    ['a linked folder that lies elsewhere', 'elsewhere/bin/reconcile'],
  ])('starts it through %s', async (_, path) => {
    const { status, stdout, stderr } = await runCli(args, { command: [at(path)], cwd: '/' });

    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  it.each([
    ['./reconcile', 'package/dist', []],
    ['reconcile', 'package/dist', ['sh']],
    ['./reconcile', 'prefix/bin', []],
    ['../bin/reconcile', 'prefix/lib', []],
    ['bin/reconcile', 'prefix', []],
  ])('starts it as %s in %s', async (path, cwd, shell) => {
    const { status, stdout, stderr } = await runCli(args, { command: [...shell, path], cwd: at(cwd) });

    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toEqual(args);
  });

  it.each([
    ['much room for what it makes', ['plan', 'manifests'], ['--min-semi-space-size=16']],
    ['no more room than it needs, as it stays,', ['watch', 'manifests'], []],
    ['no more room than it needs, as it stays,', ['manifests', '--watch'], []],
  ])('gives it %s: %j', async (_, words, flags) => {
    const { stdout } = await runCli(words, { command: [at('package/dist/reconcile')], env: { SHOW_FLAGS: '1' } });

    expect(JSON.parse(stdout)).toEqual(flags);
  });

  it.each([
    ['a watch', ['watch', 'manifests'], {}, '16384'],
    ['a watch that was told', ['watch', 'manifests'], { MALLOC_MMAP_THRESHOLD_: '65536' }, '65536'],
    ['a command', ['plan', 'manifests'], {}, null],
  ])('says to %s from what size on memory is mapped: %j', async (_, words, env, bytes) => {
    const { stdout } = await runCli(words, { command: [at('package/dist/reconcile')], env: { SHOW_MAPPED: '1', ...env } });

    expect(JSON.parse(stdout)).toEqual(bytes);
  });

  it('takes the node on PATH where the package came without', async () => {
    const alone = at('alone');
    mkdirSync(alone);
    for (const name of ['reconcile', 'start.cjs']) copyFileSync(at(`package/dist/${name}`), join(alone, name));
    link('path/node', process.execPath);

    const { stdout } = await runCli(args, { command: [join(alone, 'reconcile')], env: { PATH: at('path') } });

    expect(JSON.parse(stdout)).toEqual(args);
  });
});
