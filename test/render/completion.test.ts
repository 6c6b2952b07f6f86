import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands, globalFlags } from '../../src/commands/table.ts';
import { logLevels } from '../../src/log.ts';
import { completionModel } from '../../src/render/completion.ts';
import { outputFormats } from '../../src/render/result.ts';
import { requires } from '../support/requires.ts';
import { completionsOf, makeFolder } from './completion-fixture.ts';

let folder: string;

beforeAll(() => {
  folder = makeFolder();
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const verbs = commands.map(({ name }) => name);

const cases: readonly (readonly [string, string, readonly string[]])[] = [
  ['verbs', 'reconcile sta', ['status']],
  ['verbs and paths, where no verb stands yet', 'reconcile man', ['man', 'manifests']],
  ['flags of the verb', 'reconcile plan --detai', ['--detailed-exitcode']],
  ['flags of every verb', 'reconcile logs --roo', ['--root']],
  ['no flags of another verb', 'reconcile status --tai', []],
  ['flags of apply where no verb stands', 'reconcile --allow-p', ['--allow-prune']],
  ['--watch where no verb stands', 'reconcile --wat', ['--watch']],
  ['formats', 'reconcile plan -o ', ['json', 'markdown', 'text']],
  ['formats of the verb', 'reconcile validate --output ', ['github', 'json', 'markdown', 'sarif', 'text']],
  ['levels of the log', 'reconcile --log-level ', ['debug', 'error', 'info', 'silent', 'warn']],
  ['the files that a flag takes', 'reconcile validate --policy pol', ['policy.yaml']],
  ['the folders that a flag takes', 'reconcile --data ', ['manifests', 'root']],
  ['nothing for a number', 'reconcile logs --tail ', []],
  ['paths', 'reconcile plan mani', ['manifests']],
  ['paths after an alias', 'reconcile ps mani', ['manifests']],
  ['names of containers below --root', 'reconcile logs --root ./root ', ['clock', 'web-0', 'web-1']],
  ['names where --root stands before the verb', 'reconcile --root ./root destroy w', ['web-0', 'web-1']],
  ['more names', 'reconcile destroy --root ./root web-0 w', ['web-0', 'web-1']],
  ['no second name where there is but one', 'reconcile logs --root ./root web-0 ', []],
  ['nothing of the command to run in a container', 'reconcile exec --root ./root web-0 -- ', []],
  ['no names where --root is not there', 'reconcile logs --root ./nowhere ', []],
  ['shells', 'reconcile completion ', ['bash', 'fish', 'zsh']],
  ['schemas', 'reconcile schema pol', ['policy']],
];

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  requires({ programs: [shell] })(`completion in ${shell}`, () => {
    let offered: ReadonlyMap<string, readonly string[]>;

    beforeAll(() => {
      offered = completionsOf(shell, [...cases.map(([, line]) => line), 'reconcile '], folder);
    });

    it.each(cases)('offers %s', (_case, line, expected) => {
      expect(offered.get(line)).toEqual(expected);
    });

    it('offers every verb', () => {
      expect(offered.get('reconcile ')).toEqual([...verbs, 'manifests', 'policy.yaml', 'root', ...scripts].sort());
    });

    it('has a script that the shell finds no fault with', () => {
      expect(execFileSync(shell, ['-n', join(folder, `script.${shell}`)], { encoding: 'utf8' })).toBe('');
    });
  });
}

const scripts = ['script.bash', 'script.fish', 'script.zsh'];

describe('the model of completion', () => {
  it('knows the choices that the program takes', () => {
    const { verbs: known } = completionModel(commands, globalFlags, 'bundles');
    const words = (verb: string, flag: string): readonly string[] | undefined =>
      known.find(({ name }) => name === verb)?.flags.find(({ name }) => name === flag)?.wanted.words;

    expect(words('plan', 'output')).toEqual(outputFormats);
    expect(words('plan', 'log-level')).toEqual(logLevels);
    expect(words('plan', 'runtime')).toEqual(['crun', 'runc']);
  });

  it('says for each verb what follows it', () => {
    const { verbs: known } = completionModel(commands, globalFlags, 'bundles');

    expect(Object.fromEntries(known.map(({ name, operand: { paths, names, words } }) => [name, names ? 'names' : words.length > 0 ? 'words' : paths]))).toMatchObject({
      apply: 'files', watch: 'files', plan: 'files', validate: 'files', status: 'files', logs: 'names', exec: 'names', destroy: 'names', schema: 'words', completion: 'words', man: 'none',
    });
  });
});
