import { copyFileSync, cpSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildProgram } from './support/build-program.ts';
import { runCli } from './support/run-cli.ts';

interface Section {
  readonly offset: { readonly line: number; readonly column: number };
}

/** Below dist, so that the source map's paths are those of a real build. */
let built: string;
/** Outside of the repository: no package is within reach there. */
let folder: string;
let program: string;

/** What a process loaded: node's own modules, the code of chunks, and how many of these V8 did not take. */
interface Loaded {
  readonly modules: readonly string[];
  readonly read: readonly string[];
  readonly rejected: number;
}

/** A script that makes the process tell as its last line on stderr what it loaded. */
function hook(where: string): string {
  const file = join(where, 'hook.cjs');
  const text = `
    const [fs, vm, path] = ['fs', 'vm', 'path'].map((name) => require(name));
    const [read, { readFileSync }, { Script }] = [[], fs, vm];
    let rejected = 0;
    fs.readFileSync = (file, ...rest) => {
      if (String(file).includes('code-cache')) read.push(path.basename(file));
      return readFileSync(file, ...rest);
    };
    vm.Script = class extends Script {
      constructor(...args) {
        super(...args);
        if (this.cachedDataRejected !== false) rejected += 1;
      }
    };
    process.on('exit', () => fs.writeSync(2, JSON.stringify({ modules: process.moduleLoadList, read, rejected }) + '\\n'));
  `;
  writeFileSync(file, text);
  return file;
}

beforeAll(() => {
  mkdirSync('dist', { recursive: true });
  built = mkdtempSync('dist/test-');
  folder = mkdtempSync(join(tmpdir(), 'reconcile-build-'));
  program = join(folder, 'reconcile.js');
  copyFileSync(buildProgram(resolve(built)), program);
}, 60_000);

afterAll(() => {
  rmSync(built, { recursive: true });
  rmSync(folder, { recursive: true });
});

describe('the build', () => {
  it('is one executable file, with what makes it known and quick beside it', () => {
    const file = join(built, 'reconcile.js');

    expect(readdirSync(built).sort()).toEqual(['code-cache', 'package.json', 'reconcile', 'reconcile.1', 'reconcile.js', 'reconcile.js.map', 'start.cjs']);
    expect(readFileSync(join(built, 'reconcile.1'), 'utf8')).toMatch(/^\.TH RECONCILE 1 /m);
    expect(statSync(file).mode & 0o111).toBe(0o111);
    expect(readFileSync(file, 'utf8').split('\n')[0]).toBe('#!/usr/bin/env node');
  });

  it('holds no path of the machine that built it', () => {
    const text = readFileSync(program, 'utf8') + readFileSync(join(built, 'reconcile.js.map'), 'utf8');

    expect(text.includes(resolve('.'))).toBe(false);
  });

  it('is found in its source map, line by line', () => {
    const lines = readFileSync(program, 'utf8').split('\n');
    const { sections } = JSON.parse(readFileSync(join(built, 'reconcile.js.map'), 'utf8')) as { readonly sections: readonly Section[] };

    expect(sections.length).toBeGreaterThan(10);
    for (const { offset } of sections) expect(lines[offset.line]?.slice(0, offset.column)).toBe('(function(exports,require,module){');
  });

  it.each(['commonjs', 'module'])('runs in a package of type %s', async (type) => {
    const inside = join(folder, type);
    mkdirSync(inside);
    writeFileSync(join(inside, 'package.json'), JSON.stringify({ type }));
    copyFileSync(program, join(inside, 'reconcile.js'));

    const { status, stdout, stderr } = await runCli(['--version'], { command: [process.execPath, join(inside, 'reconcile.js')], cwd: folder });

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^reconcile /);
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

  it('looks at its environment no more often for many manifests than for one', async () => {
    const count = join(folder, 'count.cjs');
    writeFileSync(count, `
      let looks = 0;
      const env = new Proxy(process.env, { get: (target, key) => { looks += 1; return target[key]; } });
      Object.defineProperty(process, 'env', { value: env });
      process.on('exit', () => require('fs').writeSync(2, String(looks)));
    `);
    const looksFor = async (...paths: readonly string[]): Promise<number> => {
      const { status, stderr } = await runCli(['validate', ...paths], { command: [process.execPath, '--require', count, program], cwd: resolve('.') });
      expect(status).toBe(0);
      return Number(stderr);
    };

    const looks = await looksFor('manifests/clock.yaml');

    expect(looks).toBeGreaterThan(0);
    expect(await looksFor('manifests')).toBe(looks);
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

  it.each<[string, string[], string[]]>([
    ['--version', ['--version'], ['main.js']],
    ['a plan of one file', ['plan', '--root', 'run', '--data', 'data', 'manifests/clock.yaml'], ['look.js', 'main.js']],
  ])('loads for %s what it needs, as V8 made it at the build', async (_, args, chunks) => {
    cpSync('manifests', join(folder, 'manifests'), { recursive: true });
    const { stderr } = await runCli(args, { command: [process.execPath, '--require', hook(folder), resolve(built, 'reconcile.js')], cwd: folder });

    const { modules, read, rejected } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '') as Loaded;

    expect(rejected).toBe(0);
    expect(read.filter((name) => !/^(?:main2|rolldown-runtime)\.js$/.test(name)).sort()).toEqual(chunks);
    expect(modules.filter((name) => /^NativeModule (?:child_process|readline|fs\/promises|internal\/deps\/minimatch\/index)$/.test(name))).toEqual([]);
    expect(modules.includes('NativeModule crypto')).toBe(args[0] === 'plan');
  });

  it.each<[string, string[], (code: Buffer) => Buffer]>([
    ['for other flags of V8', ['--no-flush-bytecode'], (code) => code],
    ['damaged', [], (code) => code.fill(0, code.length / 2, code.length / 2 + 64)],
    ['cut short', [], (code) => code.subarray(0, code.length / 2)],
  ])('passes over code that is %s', async (title, flags, damage) => {
    const copy = join(folder, title);
    cpSync(built, copy, { recursive: true });
    for (const file of globSync(join(copy, 'code-cache/*/*'))) writeFileSync(file, damage(readFileSync(file)));

    const { status, stdout, stderr } = await runCli(['plan', '--help'], { command: [process.execPath, ...flags, join(copy, 'reconcile.js')] });

    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^reconcile plan: /);
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
