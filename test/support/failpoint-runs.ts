import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Boundary, Failpoints } from './failpoints.ts';
import type { Instance, Watcher } from './instance.ts';
import { lane } from './lane.ts';
import { entry } from './program.ts';
import type { CommandResult } from './program.ts';

const preload = new URL('./failpoints.ts', import.meta.url).pathname;

/** What nothing that the program prints may hold: a defect, or the place in the program. */
export const defect = /ERR_INTERNAL|\n\s+at .*:\d+:\d+/;

/** Far longer than any such command takes: what has not ended by then hangs. */
const boundMs = 60_000;

/** Runs a command line of an instance to its end, with failpoints. */
export function runWith(host: Instance, failpoints: Failpoints, args: readonly string[]): CommandResult & { readonly signal: string | null } {
  const [program = '', ...first] = [...lane.prefix, process.execPath, '--import', preload, entry];
  const [command = '', ...rest] = args;
  const env = { ...process.env, FAILPOINTS: JSON.stringify(failpoints) };
  const result = spawnSync(program, [...first, command, ...host.flags, ...rest], { cwd: host.folder, encoding: 'utf8', timeout: boundMs, env });
  if (result.error !== undefined) throw result.error;
  return result;
}

/** Starts a watch of an instance with failpoints. */
export function watchWith(host: Instance, failpoints: Failpoints, ...args: readonly string[]): Watcher {
  return host.startIn(['env', `NODE_OPTIONS=--import=${preload}`, `FAILPOINTS=${JSON.stringify(failpoints)}`], 'watch', ...args, host.manifests);
}

/** Every call of a kind that leaves the program while it carries out a command line, in order. */
export function listBoundaries(host: Instance, args: readonly string[], of: 'changes' | 'reads' = 'changes'): { readonly result: CommandResult; readonly boundaries: readonly Boundary[] } {
  const list = join(host.folder, 'failpoints');
  rmSync(list, { force: true });
  const result = runWith(host, { of, list }, args);
  const lines = existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [];
  return { result, boundaries: lines.filter(Boolean).map((line) => JSON.parse(line) as Boundary) };
}

/** The first call at each site that is not among those `seen`, which they join. */
export function onceASite(boundaries: readonly Boundary[], seen: Set<string>): readonly Boundary[] {
  return boundaries.filter(({ site }) => !seen.has(site) && seen.add(site));
}

/** What a command changes besides taking the lock of --root, which each one does that may change something. */
export function withoutLock(boundaries: readonly Boundary[], { root }: Instance): readonly Boundary[] {
  return boundaries.filter(({ subject }) => subject !== join(root, 'lock') && !subject.startsWith('flock '));
}
