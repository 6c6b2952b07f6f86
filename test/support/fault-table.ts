import { readFileSync, writeFileSync } from 'node:fs';
import type { TestModule } from 'vitest/node';
import { putTable } from './readme-table.ts';

/** What a test of faults says of itself. */
export interface FaultTrials {
  /** The fault, as a row of the table names it. */
  readonly fault: string;
  /** How it is brought about. */
  readonly how: string;
  readonly trials: number;
}

declare module 'vitest' {
  interface TaskMeta {
    faultTrials?: FaultTrials;
  }
}

const readme = new URL('../../README.md', import.meta.url).pathname;
const place = { opening: '<!-- faults: npm test makes this table -->\n', closing: '<!-- end of faults -->' };

/** Brings the README's table of faults up to date where every test that has some ran; CI must not change the tree. */
export function renewFaultTable(modules: readonly TestModule[]): void {
  const table = faultTable(modules);
  if (table === undefined || process.env['CI'] !== undefined) return;
  const text = readFileSync(readme, 'utf8');
  const renewed = putTable(text, place, table);
  if (renewed === undefined) throw new Error('README.md has no place for the table of faults');
  if (renewed !== text) writeFileSync(readme, renewed);
}

/** One row a fault, sorted; undefined where the whole suite did not run. */
function faultTable(modules: readonly TestModule[]): string | undefined {
  const projects = new Set(modules.map(({ project }) => project.name));
  if (['unit', 'system', 'faults', 'vm'].some((project) => !projects.has(project))) return undefined;
  const rows = new Map<string, { readonly how: string; trials: number; failed: number }>();
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const { faultTrials } = test.meta();
    if (faultTrials === undefined) continue;
    const { fault, how, trials } = faultTrials;
    const row = rows.get(fault) ?? { how, trials: 0, failed: 0 };
    row.trials += trials;
    row.failed += test.result().state === 'failed' ? 1 : 0;
    rows.set(fault, row);
  }
  const lines = [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([fault, { how, trials, failed }]) => `| ${fault} | ${how} | ${trials} | ${failed} |\n`);
  return `| fault | how it is brought about | trials | failed |\n|---|---|--:|--:|\n${lines.join('')}`;
}
