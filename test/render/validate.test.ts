import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/manifest/finding.ts';
import type { RuleOutcome } from '../../src/manifest/policy-judge.ts';
import { render } from '../../src/render/render.ts';
import type { OutputFormat } from '../../src/render/result.ts';
import { plainStyle } from '../../src/render/style.ts';
import type { Validation } from '../../src/render/validate.ts';

const broken: Finding = {
  level: 'error', rule: 'house/limit', file: 'manifests/web.yaml', line: 18, column: 19,
  path: 'spec.resources.memory.max', message: 'at most 32Mi', got: '64Mi', hint: 'write 32Mi or less',
};
const wrong: Finding = { level: 'error', rule: 'ERR_MANIFEST_INVALID', file: 'manifests/a.yaml', line: 1, column: 1, path: '', message: 'the document is empty', hint: 'remove the ---' };
const note: Finding = { ...broken, level: 'note', rule: 'house/slow', path: 'spec.stop.timeout', message: 'rather 5s', got: '10s', hint: 'write 5s' };

function outcome(name: string, broke: number, level?: 'note'): RuleOutcome {
  const rule = { name, message: `about ${name}`, schema: true, ...(level === undefined ? {} : { level }) };
  const place = { file: 'policy.yaml', line: 6, column: 7, path: 'spec.rules.0' };
  return { rule: { id: `house/${name}`, rule, place, isFor: () => true, errorsOf: () => [] }, judged: 3, broken: broke };
}

function validation(findings: readonly Finding[], outcomes: readonly RuleOutcome[] = []): Validation {
  return { files: 3, containers: 5, findings, outcomes, inRepository: (file) => `shop/${file}` };
}

function shown(format: OutputFormat, result: Validation): string {
  return render({ kind: 'validated', validation: result }, format, plainStyle);
}

describe('a validation as text', () => {
  it('is one line where all is valid', () => {
    expect(shown('text', validation([]))).toBe('5 containers in 3 files: valid.\n');
  });

  it('counts the rules that are kept', () => {
    expect(shown('text', validation([note], [outcome('limit', 0), outcome('slow', 1, 'note')]))).toBe('5 containers in 3 files: valid, 1 of 2 rules kept.\n');
  });

  it('says where there are no manifests at all', () => {
    expect(shown('text', { ...validation([]), files: 0, containers: 0 })).toBe('No manifests here.\n');
  });

  it('leaves faults to the error', () => {
    expect(shown('text', validation([broken]))).toBe('');
  });
});

describe('a validation as annotations of GitHub', () => {
  it('is a workflow command at the place of each finding', () => {
    expect(shown('github', validation([wrong, broken, note]))).toBe(
      '::error file=shop/manifests/a.yaml,line=1,col=1,title=Manifest::the document is empty; remove the ---\n' +
        '::error file=shop/manifests/web.yaml,line=18,col=19,title=house/limit::spec.resources.memory.max: at most 32Mi (got 64Mi); write 32Mi or less\n' +
        '::notice file=shop/manifests/web.yaml,line=18,col=19,title=house/slow::spec.stop.timeout: rather 5s (got 10s); write 5s\n',
    );
  });

  it('says that all is valid where it is', () => {
    expect(shown('github', validation([]))).toBe('5 containers in 3 files: valid.\n');
  });

  it('lets no value end the command or begin another', () => {
    const hostile = { ...broken, file: 'a,b:c%.yaml', message: '100%', got: '"x"\n::set-env name=A::b\r', hint: 'a::b' };

    expect(shown('github', validation([hostile]))).toBe(
      '::error file=shop/a%2Cb%3Ac%25.yaml,line=18,col=19,title=house/limit::spec.resources.memory.max: 100%25 (got "x"\\x0a::set-env name=A::b\\x0d); a::b\n',
    );
  });
});

describe('a validation as JSON', () => {
  const schema = JSON.parse(readFileSync('schemas/validation.schema.json', 'utf8')) as object;
  const fits = new Ajv2020({ strict: true, allErrors: true }).compile(schema);

  it.each([
    ['without findings', validation([])],
    ['with all kinds of findings', validation([wrong, broken, note], [outcome('limit', 1), outcome('slow', 1, 'note')])],
  ])('fits its published schema %s', (_case, result) => {
    fits(JSON.parse(shown('json', result)));

    expect(fits.errors).toBeNull();
  });

  it('is valid with notes alone', () => {
    expect(JSON.parse(shown('json', validation([note])))).toMatchObject({ valid: true, containers: 5, findings: [{ level: 'note', rule: 'house/slow' }] });
    expect(JSON.parse(shown('json', validation([note, broken])))).toMatchObject({ valid: false });
  });
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: object; readonly region: object } }[];
    }[];
  }[];
}

function sarifOf(result: Validation): Sarif {
  return JSON.parse(shown('sarif', result)) as Sarif;
}

describe('a validation as SARIF', () => {
  it('has what version 2.1.0 requires', () => {
    const { version, runs } = sarifOf(validation([wrong, broken, note], [outcome('limit', 1), outcome('slow', 1, 'note')]));

    expect(version).toBe('2.1.0');
    expect(runs).toHaveLength(1);
    expect(runs[0]?.tool.driver.name).toBe('reconcile');
    for (const { id } of runs[0]?.tool.driver.rules ?? []) expect(id).toMatch(/\S/);
    for (const { message } of runs[0]?.results ?? []) expect(message.text).toMatch(/\S/);
  });

  it('leads from each result to its rule', () => {
    const [run] = sarifOf(validation([wrong, broken, note], [outcome('limit', 1), outcome('slow', 1, 'note')])).runs;

    expect(run?.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([['ERR_MANIFEST_INVALID', 'error'], ['house/limit', 'error'], ['house/slow', 'note']]);
    for (const { ruleId, ruleIndex } of run?.results ?? []) expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });

  it('names files from the repository on, as URIs', () => {
    const [run] = sarifOf(validation([{ ...broken, file: 'a b/ü#1.yaml' }])).runs;

    expect(run?.results[0]?.locations[0]?.physicalLocation).toEqual({
      artifactLocation: { uri: 'shop/a%20b/%C3%BC%231.yaml', uriBaseId: '%SRCROOT%' },
      region: { startLine: 18, startColumn: 19 },
    });
  });

  it('names a file elsewhere by its whole path', () => {
    const [run] = sarifOf({ ...validation([broken]), inRepository: () => '/srv/a.yaml' }).runs;

    expect(run?.results[0]?.locations[0]?.physicalLocation.artifactLocation).toEqual({ uri: 'file:///srv/a.yaml' });
  });

  it('has no result where all is well', () => {
    expect(sarifOf(validation([])).runs[0]?.results).toEqual([]);
  });
});

describe('a validation as Markdown', () => {
  it('is a table of the findings', () => {
    const text = shown('markdown', validation([broken, note]));

    expect(text.split('\n').slice(0, 4)).toEqual(['### 1 fault in manifests and policies', '', '| place | what is wrong | rule |', '|---|---|---|']);
    expect(text).toContain('| `manifests/web.yaml:18:19` | spec.resources.memory.max: at most 32Mi (got 64Mi); write 32Mi or less | `house/limit` |');
    expect(text).toContain('*note*');
  });

  it('is a headline where all is valid', () => {
    expect(shown('markdown', validation([]))).toBe('### 5 containers in 3 files: valid.\n');
  });

  it('fits in a comment, and says what was left out', () => {
    const text = shown('markdown', validation(Array.from({ length: 5000 }, () => broken)));
    const rows = text.split('\n').filter((line) => line.includes('house/limit')).length;

    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain(`… and ${5000 - rows} more.`);
  });

  it('lets no value be markup, a mention or a cell', () => {
    const text = shown('markdown', validation([{ ...broken, got: '"<b>|@everyone`"' }]));

    expect(text).not.toMatch(/<b>|@everyone/);
    expect(text.split('\n')[4]?.match(/(?<!\\)\|/g)).toHaveLength(4);
  });
});
