import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findCycle, readSourceTree } from './support/source-tree.ts';
import type { SourceFile } from './support/source-tree.ts';

const generated = /^src\/manifest\/generated\//;

const everything = readSourceTree('src');
const source = everything.filter(({ path }) => !generated.test(path));

function inFolder(...folders: string[]): (file: { path: string }) => boolean {
  return ({ path }) => folders.some((folder) => path.startsWith(`src/${folder}/`));
}

/** `file imports module` for each import that `isBanned` names. */
function bannedImports(files: readonly SourceFile[], isBanned: (from: string) => boolean): string[] {
  return files.flatMap(({ path, imports }) => imports.filter(({ from }) => isBanned(from)).map(({ from }) => `${path} imports ${from}`));
}

const pure = source.filter(inFolder('manifest', 'state', 'plan'));
const effects = inFolder('host', 'source', 'start');

describe('imports', () => {
  it('are found at all', () => {
    expect(source.length).toBeGreaterThan(50);
    expect(pure.length).toBeGreaterThan(20);
    expect(bannedImports(source, (from) => from === 'node:fs').length).toBeGreaterThan(3);
  });

  it('bring no effect into the pure folders', () => {
    const allowedModules = new Set(['yaml', 'fast-deep-equal', 'node:util', 'node:crypto', 'node:path', 'node:path/posix']);
    const isBanned = (from: string): boolean =>
      from.startsWith('src/') ? !/^src\/(manifest|state|plan|errors\.ts|source\/source\.ts)/.test(from) : from.startsWith('node:') && !allowedModules.has(from);

    expect(bannedImports(pure, isBanned)).toEqual([]);
    expect(bannedImports(pure, (from) => from === 'pino')).toEqual([]);
  });

  it('keep files and processes below host and source, and in what starts the program', () => {
    const outside = source.filter((file) => !effects(file));

    expect(bannedImports(outside, (from) => /^(node:fs|node:child_process)/.test(from))).toEqual([]);
  });

  it('keep child processes in few places', () => {
    const places = source.filter(({ text }) => /childProcesses\(\)/.test(text));
    const others = source.filter(({ text }) => /^import (?!type ).*'(?:node:)?child_process'/m.test(text));

    expect(places.map(({ path }) => path)).toEqual(['src/host/capture.ts', 'src/host/exec.ts', 'src/host/lock.ts', 'src/host/spawn.ts']);
    expect(others.map(({ path }) => path)).toEqual([]);
  });

  it('leave the logger to log.ts', () => {
    expect(bannedImports(source, (from) => from === 'pino')).toEqual(['src/log.ts imports pino']);
  });

  it('leave the commands to the command line', () => {
    const others = source.filter((file) => !/^src\/(main|run-command)\.ts$/.test(file.path) && !inFolder('commands')(file));
    const runs = others.flatMap(({ path, imports }) =>
      imports.filter(({ from, typeOnly }) => from.startsWith('src/commands/') && !typeOnly).map(({ from }) => `${path} imports ${from}`),
    );

    expect(runs).toEqual([]);
  });

  it('lead from effects to neither the spine, nor commands, nor output', () => {
    const upward = /^src\/(commands|render|watch|apply|observe|reconcile\.ts|cli\.ts|main\.ts|run-command\.ts|log\.ts)/;

    expect(bannedImports(source.filter(effects), (from) => upward.test(from))).toEqual([]);
  });

  it('have no cycle', () => {
    expect(findCycle(source)).toBeUndefined();
  });

  it('load no command before it is asked for', () => {
    const table = source.find(({ path }) => path === 'src/commands/table.ts');

    expect(table?.imports.filter(({ typeOnly, lazy }) => !typeOnly && !lazy)).toEqual([]);
  });
});

describe('the start of programs', () => {
  const code = source.map(({ path, text }) => ({ path, code: withoutComments(text) }));
  const placesOf = (pattern: RegExp): string[] => code.filter(({ code: text }) => pattern.test(text)).map(({ path }) => path);

  it('is by arrays of arguments, without a shell', () => {
    expect(placesOf(/\bshell\s*:\s*(?:true|['"`])|\bexecSync\b|\bexecFile|childProcesses\(\)\.(?!spawn(?:Sync)?\()/)).toEqual([]);
  });

  it('gives each its environment and its descriptors', () => {
    const starts = code.flatMap(({ path, code: text }) => [...text.matchAll(/childProcesses\(\)\.spawn(?:Sync)?\(/g)].map(() => path));
    const closed = code.flatMap(({ path, code: text }) => [...text.matchAll(/withoutInherited\(/g)].map(() => path)).filter((path) => !path.endsWith('/inherited.ts'));
    const ours = code.flatMap(({ path, code: text }) => (/\benv: (?:\{ )?\.{0,3}process\.env/.test(text) ? [path] : []));

    expect(starts).toHaveLength(6);
    // What asks git works where there is no Linux.
    expect(closed).toEqual(starts.filter((path) => path !== 'src/host/capture.ts'));
    expect(ours.filter((path) => path.startsWith('src/host/'))).toEqual([]);
  });

  it('has scripts for a shell in two places, made of no text but their own', () => {
    const scripts = placesOf(/'sh', '-e?c'/);

    expect(scripts).toEqual(['src/host/runtime/launch.ts', 'src/host/runtime/starter-shell.ts']);
  });
});

describe('the purity of the plan', () => {
  it('has no clock and no chance', () => {
    const impure = pure.filter(({ text }) => /\b(Date\.now|new Date\(|performance\.now|Math\.random|setTimeout|randomUUID)/.test(text));

    expect(impure.map(({ path }) => path)).toEqual([]);
  });
});

describe('what knows v1 from v2', () => {
  it('lies in host/cgroup alone', () => {
    const files = /memory\.limit_in_bytes|memsw|cfs_quota_us|cfs_period_us|cpu\.shares|blkio\.|cgroup\.subtree_control|cgroup\.controllers/;
    // Comments may name a file as an example.
    const code = source.map(({ path, text }) => ({ path, code: withoutComments(text) }));

    expect(code.filter(({ path, code: text }) => !path.startsWith('src/host/cgroup/') && files.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe('the spine', () => {
  it('fits on a page', () => {
    expect(source.find(({ path }) => path === 'src/reconcile.ts')?.lines).toBeLessThanOrEqual(60);
  });
});

describe('files and functions', () => {
  it('stay short', () => {
    expect(source.filter(({ lines }) => lines > 350).map(({ path, lines }) => `${path}: ${lines}`)).toEqual([]);
    expect(source.flatMap(({ path, functions }) => functions.filter(({ lines }) => lines > 60).map(({ name, lines }) => `${path} ${name}: ${lines}`))).toEqual([]);
  });

  it('are mostly far shorter', () => {
    expect(quantile(source.map(({ lines }) => lines), 0.5)).toBeLessThanOrEqual(90);
    expect(quantile(source.map(({ lines }) => lines), 0.9)).toBeLessThanOrEqual(220);
    expect(quantile(source.flatMap(({ functions }) => functions.map(({ lines }) => lines)), 0.5)).toBeLessThanOrEqual(12);
    expect(quantile(source.flatMap(({ functions }) => functions.map(({ lines }) => lines)), 0.9)).toBeLessThanOrEqual(35);
  });

  it('are named for what they hold', () => {
    expect(source.filter(({ path }) => /(^|\/)(utils?|helpers?|common|manager|misc|index)(\.ts|\/)/.test(path)).map(({ path }) => path)).toEqual([]);
  });

  it('leave nothing open and switch no type off', () => {
    const open = source.filter(({ text }) => /\b(TODO|FIXME|XXX)\b|@ts-(ignore|expect-error|nocheck)/.test(text));
    const untyped = source.filter(({ text }) => /[:<] ?any\b|\bas any\b/.test(withoutComments(text)));

    expect([...open, ...untyped].map(({ path }) => path)).toEqual([]);
  });
});

describe('words', () => {
  // design.md section 1: one word per idea. Each of these has another word here.
  const banned = /\b(target state|live state|wanted state|actual state|delta|mismatch(es)?|garbage|subsystems?|reconciliation loop)\b/i;

  it('mean one thing each, in code, tests and texts', () => {
    const texts = [
      ...source.map(({ path, text }) => ({ path, text })),
      ...readSourceTree('test').filter(({ path }) => path !== 'test/architecture.test.ts'),
      ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md'].map((path) => ({ path, text: readFileSync(path, 'utf8') })),
    ];

    expect(texts.flatMap(({ path, text }) => (banned.exec(text) === null ? [] : [`${path}: ${banned.exec(text)?.[0]}`]))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
}
