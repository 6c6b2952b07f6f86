import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { TestCase, TestModule } from 'vitest/node';
import { putTable } from './readme-table.ts';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

/** Where a system test ran, in the order of the columns. */
const lanes = ['hybrid, crun', 'v1, runc', 'v2, crun', 'v2, runc'] as const;

type Lane = (typeof lanes)[number];

const laneOfProject: Readonly<Record<string, Lane>> = { system: 'hybrid, crun', 'system-legacy': 'v1, runc' };
const laneOfGuest: Readonly<Record<string, Lane>> = {
  'test/vm/unified-crun.test.ts': 'v2, crun',
  'test/vm/unified-runc.test.ts': 'v2, runc',
};

const signs: Readonly<Record<State, string>> = { passed: '✓', failed: '✗', skipped: '–', pending: '–' };

const readme = new URL('../../README.md', import.meta.url).pathname;
const place = { opening: '<!-- system tests: npm test makes this table -->\n', closing: '<!-- end of system tests -->' };

/**
 * Brings the README's table of system tests up to date where every lane ran on a hybrid host. On CI, which must not
 * change the tree, it gives what is wrong with the table that is there.
 */
export function renewSystemTable(modules: readonly TestModule[]): string | undefined {
  const table = systemTable(modules);
  if (table === undefined) return undefined;
  const text = readFileSync(readme, 'utf8');
  const renewed = putTable(text, place, table);
  if (renewed === undefined) return 'README.md has no place for the table of system tests';
  if (renewed === text) return undefined;
  if (process.env['CI'] !== undefined) return 'README.md: the table of system tests is out of date: npm test renews it';
  writeFileSync(readme, renewed);
  return undefined;
}

/** Rows sorted by file and title; undefined where a lane did not run. */
function systemTable(modules: readonly TestModule[]): string | undefined {
  const rows = new Map<string, Map<Lane, State>>();
  for (const [lane, test] of modules.flatMap(testsByLane)) {
    const title = titleOf(test);
    const row = rows.get(title) ?? new Map<Lane, State>();
    rows.set(title, row.set(lane, test.result().state));
  }
  const seen = new Set([...rows.values()].flatMap((row) => [...row.keys()]));
  if (lanes.some((lane) => !seen.has(lane))) return undefined;
  const header = `| test | ${lanes.join(' | ')} |\n|---|${lanes.map(() => ':-:|').join('')}\n`;
  const sorted = [...rows].sort(([one], [other]) => (one < other ? -1 : 1));
  return header + sorted.map(([title, row]) => `| ${title.replaceAll('|', '\\|')} | ${cellsOf(row)} |\n`).join('');
}

function cellsOf(row: ReadonlyMap<Lane, State>): string {
  return lanes.map((lane) => signs[row.get(lane) ?? 'skipped']).join(' | ');
}

function testsByLane(module: TestModule): [Lane, TestCase][] {
  const lane = laneOfProject[module.project.name] ?? laneOfGuest[fileOf(module)];
  return lane === undefined ? [] : [...module.children.allTests()].filter(isSystemTest).map((test) => [lane, test]);
}

/** A guest's system tests have their file in their title; what else its lane holds is about the guest. */
function isSystemTest(test: TestCase): boolean {
  return pathOf(test).startsWith('test/system/');
}

function titleOf(test: TestCase): string {
  return pathOf(test).replace(/^test\/system\/(.*?)\.test\.ts > /, '$1: ').replaceAll(' > ', ' ');
}

function pathOf(test: TestCase): string {
  return test.module.project.name === 'vm' ? test.fullName : `${fileOf(test.module)} > ${test.fullName}`;
}

function fileOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}
