import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { policy } from '../manifest/policy-fixture.ts';
import { manifest } from '../manifest/manifest-text.ts';
import type { CliResult } from '../support/run-cli.ts';
import { runCli } from '../support/run-cli.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'reconcile-validate-'));
  for (const name of ['good', 'bad', 'empty']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'good/web.yaml'), `# yaml-language-server: $schema=../schemas/container.schema.json\n${manifest('replicas: 2')}`);
  writeFileSync(join(folder, 'bad/web.yaml'), manifest('replicas: 0'));
  writeFileSync(join(folder, 'two.yaml'), policy('path: spec.replicas\nschema: {minimum: 2}', 'two'));
  writeFileSync(join(folder, 'three.yaml'), policy('path: spec.replicas\nschema: {minimum: 3}', 'three'));
  writeFileSync(join(folder, 'hint.yaml'), policy('level: note\npath: spec.replicas\nschema: {minimum: 3}', 'hint'));
  writeFileSync(join(folder, 'wrong.yaml'), policy('path: spec.replicas\nschema: {minium: 3}', 'wrong'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function validate(...args: readonly string[]): Promise<CliResult> {
  return runCli(['validate', ...args], { command: [process.execPath, resolve('src/cli.ts')], cwd: folder });
}

const broken = 'good/web.yaml:6:13: spec.replicas: as the house wants it (got 2); write 3 or more [three/rule]';

describe('reconcile validate', () => {
  it('finds a manifest right that names its schema for editors', async () => {
    expect(await validate('good')).toEqual({ status: 0, stdout: '1 container in 1 file: valid.\n'.replace('1 container', '2 containers'), stderr: '' });
  });

  it('holds containers to one policy and to several', async () => {
    const [one, both] = await Promise.all([validate('good', '--policy', 'two.yaml'), validate('good', '--policy', 'two.yaml', '--policy', 'three.yaml')]);

    expect(one).toEqual({ status: 0, stdout: '2 containers in 1 file: valid, 1 of 1 rule kept.\n', stderr: '' });
    expect(both).toEqual({ status: 1, stdout: '', stderr: `reconcile: rules broken in 1 place [ERR_POLICY_BROKEN]\n  ${broken}\n` });
  });

  it('tells a note and fails for none', async () => {
    const { status, stdout, stderr } = await validate('good', '--policy', 'hint.yaml');

    expect([status, stdout]).toEqual([0, '2 containers in 1 file: valid, 0 of 1 rule kept.\n']);
    expect(stderr).toMatch(/^note: good\/web\.yaml:6:13: /);
  });

  it('refuses a wrong policy at its place', async () => {
    const { status, stderr } = await validate('good', '--policy', 'wrong.yaml');

    expect(status).toBe(1);
    expect(stderr).toBe(
      'reconcile: 1 fault in the policies [ERR_POLICY_INVALID]\n' +
        '  wrong.yaml:9:16: spec.rules.0.schema.minium: is no keyword that a rule can use; did you mean minimum?\n',
    );
  });

  it('says all at once: wrong manifests, wrong policies, broken rules', async () => {
    const { stderr } = await validate('good', 'bad', '--policy', 'wrong.yaml', '--policy', 'three.yaml');

    // The two manifests have the same name, but one of them is wrong and claims none.
    expect(stderr.split('\n')[0]).toBe('reconcile: 1 fault in the manifests, 1 fault in the policies, rules broken in 1 place [ERR_MANIFEST_INVALID]');
    expect(stderr.split('\n').slice(1).map((line) => line.trim().split(':')[0])).toEqual(['bad/web.yaml', 'good/web.yaml', 'wrong.yaml', '']);
  });

  it.each([
    ['is not there', 'nowhere.yaml', 'reconcile: --policy nowhere.yaml: no such file or folder [ERR_SOURCE_UNREADABLE]'],
    ['holds none', 'empty', 'reconcile: empty: no policy there [ERR_SOURCE_UNREADABLE]'],
  ])('refuses a policy that %s rather than check nothing', async (_case, path, error) => {
    const { status, stderr } = await validate('good', '--policy', path);

    expect(status).toBe(1);
    expect(stderr.split('\n')[0]).toBe(error);
  });

  it('prints a whole report beside the error', async () => {
    const { status, stdout, stderr } = await validate('good', '--policy', 'three.yaml', '-o', 'json');

    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ valid: false, rules: [{ name: 'three/rule', judged: 1, broken: 1 }], findings: [{ file: 'good/web.yaml', line: 6 }] });
    expect(stderr).toContain(broken);
  });

  it('says each annotation once', async () => {
    const { stdout, stderr } = await validate('good', '--policy', 'three.yaml', '-o', 'github');

    expect(stdout).toBe('::error file=good/web.yaml,line=6,col=13,title=three/rule::spec.replicas: as the house wants it (got 2); write 3 or more\n');
    expect(stderr).toBe('reconcile: rules broken in 1 place [ERR_POLICY_BROKEN]\n');
  });

  it('names files from the checkout on, wherever in it the program runs', async () => {
    const env = { GITHUB_WORKSPACE: join(folder, '..') };
    const command = [process.execPath, resolve('src/cli.ts')];

    const { stdout } = await runCli(['validate', 'good', '--policy', 'three.yaml', '-o', 'github'], { command, cwd: folder, env });

    expect(stdout).toMatch(/^::error file=reconcile-validate-\w+\/good\/web\.yaml,/);
  });

  it('tells a policy among the manifests from a manifest', async () => {
    const { stderr } = await validate('two.yaml');

    expect(stderr).toContain('two.yaml:2:7: kind: is no manifest but a policy (got "Policy"); keep policies in a folder of their own, for reconcile validate --policy');
  });
});
