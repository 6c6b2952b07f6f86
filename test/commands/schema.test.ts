import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findCommand } from '../../src/commands/table.ts';
import { runCli } from '../support/run-cli.ts';

const published = readdirSync('schemas').flatMap((file) => /^(.+)\.schema\.json$/.exec(file)?.[1] ?? []);

describe('reconcile schema', () => {
  it('lists every schema that is published', async () => {
    const { status, stdout } = await runCli(['schema']);

    expect(status).toBe(0);
    expect(stdout.trimEnd().split('\n').map((line) => line.split(' ')[0]).sort()).toEqual(published);
    expect([...(findCommand('schema')?.operands ?? [])].sort()).toEqual(published);
  });

  it('prints a schema as it is published', async () => {
    const { stdout } = await runCli(['schema', 'policy']);

    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync('schemas/policy.schema.json', 'utf8')));
  });

  it.each([
    [['polcy'], 'reconcile: there is no schema polcy [ERR_USAGE]\n  did you mean policy?\n'],
    [['plan', 'status'], 'reconcile: there is no schema plan status [ERR_USAGE]\n'],
  ])('says what there is in place of %j', async (args, error) => {
    const { status, stderr } = await runCli(['schema', ...args]);

    expect(status).toBe(1);
    expect(stderr).toContain(error);
  });
});

describe('reconcile completion', () => {
  it.each([[[]], [['tcsh']], [['bash', 'zsh']]])('needs the name of one shell, not %j', async (args) => {
    const { status, stderr } = await runCli(['completion', ...args]);

    expect(status).toBe(1);
    expect(stderr).toContain('  write bash, zsh or fish\n');
  });
});
