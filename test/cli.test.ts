import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../src/commands/table.ts';
import { runCli } from './support/run-cli.ts';

let folder: string;
const cli = [process.execPath, resolve('src/cli.ts')];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reconcile-cli-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the command line', () => {
  it('tells its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

    expect(await runCli(['--version'])).toEqual({ status: 0, stdout: `reconcile ${version}\n`, stderr: '' });
  });

  it('names every command in its help, in 80 columns', async () => {
    const { status, stdout } = await runCli(['--help']);

    expect(status).toBe(0);
    for (const { name } of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('has help for each command', async () => {
    for (const { name, examples } of commands) {
      const { stdout } = await runCli([name, '--help']);

      for (const { command } of examples) expect(stdout).toContain(`  ${command}`);
    }
  });

  it('says an error in two lines on stderr and ends with status 1', async () => {
    expect(await runCli(['plan', '--wach'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'reconcile: unknown flag --wach [ERR_USAGE]\n  did you mean --watch?\n',
    });
  });

  it('takes a misspelt verb that is no path for the verb', async () => {
    const { status, stderr } = await runCli(['validat'], { command: cli, cwd: folder });

    expect(status).toBe(1);
    expect(stderr).toContain('did you mean: reconcile validate?');
  });

  it('says that it looked for manifests/ where no path is given', async () => {
    const { status, stderr } = await runCli([], { command: cli, cwd: folder });

    expect(status).toBe(1);
    expect(stderr).toContain('\n  no PATH was given, so manifests/ was looked for; ');
  });

  it('takes `help` for a question, also about one command', async () => {
    const [all, one] = await Promise.all([runCli(['help']), runCli(['help', 'plan'])]);

    expect(all.stdout).toContain('Commands:');
    expect(one.stdout).toMatch(/^reconcile plan: /);
  });

  it('shows where an error comes from at log level debug alone', async () => {
    const [quiet, debug] = await Promise.all([
      runCli(['validate', 'nowhere']),
      runCli(['validate', 'nowhere', '--log-level', 'debug']),
    ]);

    expect(quiet.stderr).not.toContain('    at ');
    expect(debug.stderr).toContain('    at ');
  });

  it('lists every fault of every manifest', async () => {
    writeFileSync(join(folder, 'a.yaml'), 'apiVersion: reconcile/v1\nkind: Contaner\n');
    writeFileSync(join(folder, 'b.yaml'), 'a: 1\na: 2\n');

    const { status, stderr } = await runCli(['validate', '.'], { command: cli, cwd: folder });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^ {2}a\.yaml:2:\d+: kind: /m);
    expect(stderr).toMatch(/^ {2}b\.yaml:2:\d+: /m);
    expect(stderr).toContain('ERR_MANIFEST_INVALID');
  });

  it('refuses to destroy where nobody can be asked', async () => {
    const { status, stderr } = await runCli(['destroy', 'web-0']);

    expect(status).toBe(1);
    expect(stderr).toContain('reconcile destroy --yes web-0');
  });

  it('is quiet where its reader goes away', () => {
    const script = `"$0" "$@" --help | head -c 1; exit "\${PIPESTATUS[0]}"`;

    const stdout = execFileSync('bash', ['-c', script, ...cli], { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

    expect(stdout).toBe('r');
  });
});
