import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { parseCommandLine } from '../src/commands/parse.ts';
import { commands, globalFlags } from '../src/commands/table.ts';
import { formatDiagnostic } from '../src/manifest/diagnostic.ts';
import { resolveManifests } from '../src/manifest/manifest.ts';
import { readPolicies } from '../src/manifest/policy.ts';
import type { LoadedSource } from '../src/source/source.ts';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The contents of the fenced blocks in one language. */
function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
}

/** Blocks of YAML by what they are. */
function yamlBlocks(kind: 'Container' | 'Policy' | 'other'): string[] {
  return blocksOf('yaml').filter((text) => (/^kind: (\w+)$/m.exec(text)?.[1] ?? 'other') === kind);
}

function toFiles(texts: readonly string[]): LoadedSource {
  return { revision: '', files: texts.map((text, index) => ({ file: `${index}.yaml`, text })), diagnostics: [] };
}

/** What follows the program in each line that runs it, up to where the shell takes over. */
function commandLines(): string[][] {
  const texts = [...['sh', 'yaml', 'text'].flatMap(blocksOf), ...[...readme.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text)];
  const lines = texts.flatMap((text) => text.split('\n')).flatMap((line) => [...line.matchAll(/(?:^|[\s(])(?:tools\/reconcile\.js|reconcile)((?: +[^\s|>;#&()]+)+)/g)]);
  return lines.map(([, rest = '']) => rest.replaceAll(/["'`]/g, '').trim().split(/ +/)).filter((words) => !/[[\u2026:]/.test(words.join(' ')));
}

describe('the README', () => {
  it('has manifests that are right', () => {
    const manifests = yamlBlocks('Container');

    const { desired, diagnostics } = resolveManifests(toFiles(manifests));

    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    expect(desired.containers).toHaveLength(manifests.length);
    expect(manifests.length).toBeGreaterThan(0);
  });

  it('has policies that are right', () => {
    const policies = yamlBlocks('Policy');

    const { rules, diagnostics } = readPolicies(toFiles(policies));

    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    expect(rules.length).toBeGreaterThan(2);
  });

  it('has workflows that are YAML', () => {
    const workflows = yamlBlocks('other').map((text) => parseDocument(text));

    expect(workflows.flatMap(({ errors, warnings }) => [...errors, ...warnings])).toEqual([]);
    expect(workflows.map((workflow) => Object.keys(workflow.toJS() as object)[0])).toEqual(['name', 'manifests', 'repos']);
  });

  it('runs commands and flags that there are', () => {
    const lines = commandLines();

    for (const words of lines) expect(() => parseCommandLine(words), words.join(' ')).not.toThrow();
    expect(lines.map(([verb]) => verb)).toEqual(expect.arrayContaining(['validate', 'plan', 'schema', 'completion', 'apply', 'logs']));
  });

  it('names every command and alias', () => {
    for (const { name, alias = name } of commands) {
      expect(readme).toMatch(new RegExp(`\`reconcile (--)?${name}\\b`));
      expect(readme).toMatch(new RegExp(`\`reconcile ${alias}\\b`));
    }
  });

  it('has each setting with its variable and its default', () => {
    for (const { name, env, default: value } of globalFlags.filter((flag) => flag.env !== undefined)) {
      const row = readme.split('\n').find((line) => line.startsWith('|') && line.includes(`--${name} `));

      expect(row, name).toContain(`\`${env}\``);
      if (value !== undefined) expect(row, name).toContain(`| \`${value}\` |`);
    }
  });

  it('runs npm scripts that there are', () => {
    const runs = [...readme.matchAll(/npm (?:run (?:-s )?)?(start|test|reconcile|build|[a-z]+:[a-z]+)\b/g)].map(([, script = '']) => script);

    expect(new Set(runs)).toEqual(new Set(runs.filter((script) => scripts[script] !== undefined)));
    expect(runs).toEqual(expect.arrayContaining(['start', 'test', 'reconcile', 'build']));
  });
});
