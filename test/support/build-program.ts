import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const project = new URL('../..', import.meta.url).pathname;

/** The program as users have it, built into an empty folder of the tree. Gives the path of its entry. */
export function buildProgram(folder: string): string {
  const file = join(folder, 'reconcile.js');
  execFileSync(join(project, 'node_modules/.bin/rolldown'), ['-c', 'rolldown.config.ts', '--configLoader', 'native', '--log-level', 'warn'], {
    cwd: project,
    env: { ...process.env, RECONCILE_BUILD_FILE: file },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return file;
}

/** Before the system tests: PROGRAM is what they start. A guest names its own, which was built on the host. */
export function setup(): (() => void) | undefined {
  if (process.env['PROGRAM'] !== undefined) return undefined;
  mkdirSync(join(project, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(project, '.cache/program-'));
  process.env['PROGRAM'] = buildProgram(folder);
  return () => { rmSync(folder, { recursive: true }); };
}
