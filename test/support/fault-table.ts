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

interface Row {
  readonly how: string;
  readonly trials: number;
  /** Tests, each of which may have many trials. */
  readonly failed: number;
}

/** Brings the README's table of faults up to date where every test that has some ran; CI must not change the tree. */
export function renewFaultTable(modules: readonly TestModule[]): void {
  if (!isWhole(modules) || process.env['CI'] !== undefined) return;
  const text = readFileSync(readme, 'utf8');
  const renewed = putTable(text, place, faultTable(rowsOf(modules)));
  if (renewed === undefined) throw new Error('README.md has no place for the table of faults');
  if (renewed !== text) writeFileSync(readme, renewed);
}

/** The same of a part of the tests, where TRIALS says how often each fault is tried; undefined where no fault was. */
export function chaosTable(modules: readonly TestModule[]): string | undefined {
  if (process.env['TRIALS'] === undefined || isWhole(modules)) return undefined;
  const rows = rowsOf(modules);
  return rows.length === 0 ? undefined : faultTable(rows);
}

function isWhole(modules: readonly TestModule[]): boolean {
  const projects = new Set(modules.map(({ project }) => project.name));
  return ['unit', 'system', 'faults', 'vm'].every((project) => projects.has(project));
}

/** One row a fault, sorted. */
function rowsOf(modules: readonly TestModule[]): [fault: string, row: Row][] {
  const rows = new Map<string, Row>();
  for (const test of modules.flatMap((module) => [...module.children.allTests()])) {
    const { faultTrials } = test.meta();
    if (faultTrials === undefined) continue;
    const { fault, how, trials } = faultTrials;
    const row = rows.get(fault) ?? { how, trials: 0, failed: 0 };
    rows.set(fault, { ...row, trials: row.trials + trials, failed: row.failed + (test.result().state === 'failed' ? 1 : 0) });
  }
  return [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
}

function faultTable(rows: readonly [fault: string, row: Row][]): string {
  const lines = rows.map(([fault, { how, trials, failed }]) => `| ${fault} | ${how} | ${trials} | ${failed} |\n`);
  return `| fault | how it is brought about | trials | failed tests |\n|---|---|--:|--:|\n${lines.join('')}`;
}
