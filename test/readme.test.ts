import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { commands, globalFlags } from '../src/commands/table.ts';
import { formatDiagnostic } from '../src/manifest/diagnostic.ts';
import { resolveManifests } from '../src/manifest/manifest.ts';

const readme = readFileSync('README.md', 'utf8');
const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };

/** The contents of the fenced blocks in one language. */
function blocksOf(language: string): string[] {
  return [...readme.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);
}

describe('the README', () => {
  it('has manifests that are right', () => {
    const files = blocksOf('yaml').map((text, index) => ({ file: `${index}.yaml`, text }));

    const { desired, diagnostics } = resolveManifests({ revision: '', files, diagnostics: [] });

    expect(diagnostics.map(formatDiagnostic)).toEqual([]);
    expect(desired.containers).toHaveLength(files.length);
    expect(files.length).toBeGreaterThan(0);
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
