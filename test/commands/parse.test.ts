import { describe, expect, it } from 'vitest';
import { likelyVerb, parseCommandLine } from '../../src/commands/parse.ts';
import { commands, globalFlags } from '../../src/commands/table.ts';

describe('parseCommandLine', () => {
  it.each([
    ['nothing', [], 'apply', []],
    ['a path alone', ['manifests/'], 'apply', ['manifests/']],
    ['--watch', ['--watch', 'manifests/'], 'watch', ['manifests/']],
    ['--watch after the path', ['manifests/', '-w'], 'watch', ['manifests/']],
    ['a verb', ['plan', 'a', 'b'], 'plan', ['a', 'b']],
    ['flags before the verb', ['--root', '/tmp/x', 'status'], 'status', []],
    ['an alias', ['ps'], 'status', []],
    ['a path named like a verb', ['./plan'], 'apply', ['./plan']],
    ['a path after --', ['--', 'plan'], 'apply', ['plan']],
    ['a command to run', ['exec', 'web', '--', 'ls', '-l', '--help'], 'exec', ['web', 'ls', '-l', '--help']],
  ])('reads %s', (_case, args, command, operands) => {
    const line = parseCommandLine(args);

    expect([line.command.name, line.operands]).toEqual([command, operands]);
  });

  it.each([
    [['help'], { named: false, flags: { help: true } }],
    [['help', 'plan'], { named: true, flags: { help: true } }],
    [['help', 'nothing'], { named: false, flags: { help: true } }],
  ])('takes %j for a question about itself', (args, line) => {
    expect(parseCommandLine(args)).toMatchObject(line);
  });

  it('reads flags with and without values', () => {
    const { flags } = parseCommandLine(['logs', '-f', '--tail=5', '-o', 'json', 'web']);

    expect(flags).toEqual({ follow: true, tail: '5', output: 'json' });
  });

  it.each([
    ['a misspelt flag', ['plan', '--detailed-exitcod'], 'unknown flag --detailed-exitcod', 'did you mean --detailed-exitcode?'],
    ['a flag that has no neighbour', ['plan', '--zzzzzz'], 'unknown flag --zzzzzz', 'reconcile plan --help lists all'],
    ['a flag of another verb', ['plan', '--tail', '3'], 'plan has no flag --tail', 'it is a flag of logs'],
    ['a flag of other programs', ['apply', '--dry-run'], 'apply has no flag --dry-run', 'reconcile plan shows what apply would do'],
    ['-f before a path', ['apply', '-f', 'a.yaml'], 'apply has no flag -f', 'a path is given without a flag: reconcile apply web.yaml'],
    ['-f where there is no path', ['destroy', '-f'], 'destroy has no flag -f', 'it is a flag of logs'],
    ['a missing value', ['--root'], '--root needs a value', 'write --root DIR: run-time state'],
    ['a flag in place of a value', ['--root', '--yes'], '--root needs a value', 'write --root DIR: run-time state'],
    ['an empty value', ['--root=', 'plan'], '--root needs a value', 'write --root DIR: run-time state'],
    ['a value too many', ['apply', '--yes=no'], '--yes takes no value (got no)', 'write --yes alone'],
    ['--watch with another verb', ['plan', '--watch'], '--watch does not go with plan', 'reconcile --watch [PATH…]'],
    ['exec without --', ['exec', 'web', 'ls'], 'exec takes one NAME, then -- and the command', 'reconcile exec web -- ls'],
    ['a flag for the command without --', ['exec', 'web', 'ls', '-l'], 'exec has no flag -l', 'put -- before the command: reconcile exec NAME -- COMMAND…'],
  ])('refuses %s and says what to write', (_case, args, message, hint) => {
    expect(() => parseCommandLine(args)).toThrow(expect.objectContaining({ code: 'ERR_USAGE', message, hint }));
  });
});

describe('likelyVerb', () => {
  it.each([['aply', 'apply'], ['stauts', 'status'], ['destory', 'destroy'], ['rm', 'destroy'], ['./aply', undefined], ['shop', undefined]])(
    'takes %s for %s',
    (word, verb) => {
      expect(likelyVerb(word)).toBe(verb);
    },
  );
});

describe('a flag that can be given several times', () => {
  it('has all its values, in order', () => {
    const { flags, operands } = parseCommandLine(['validate', '--policy', 'a.yaml', 'manifests', '--policy=b.yaml', '-o', 'text', '-o', 'json']);

    expect(flags).toEqual({ policy: ['a.yaml', 'b.yaml'], output: 'json' });
    expect(operands).toEqual(['manifests']);
  });
});

describe('the command table', () => {
  it('has examples for each command, and each can be parsed as that command', () => {
    for (const { name, examples } of commands) {
      expect(examples.length, name).toBeGreaterThanOrEqual(2);
      for (const { command } of examples) expect(parseCommandLine(command.split(' ').slice(1)).command.name).toBe(name);
    }
  });

  it('gives no flag two meanings', () => {
    for (const { name, flags } of commands) {
      const names = [...flags, ...globalFlags].flatMap((flag) => [flag.name, ...(flag.short === undefined ? [] : [flag.short])]);

      expect(new Set(names).size, name).toBe(names.length);
    }
  });
});
