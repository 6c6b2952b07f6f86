import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, writeFileSync } from 'node:fs';
import { lane } from './lane.ts';
import { within } from './pace.ts';

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What starts the program: its sources, or what PROGRAM names, such as the built one. */
export const entry = process.env['PROGRAM'] ?? new URL('../../src/cli.ts', import.meta.url).pathname;

/** Program and first arguments of every command line of this lane. */
export const commandLine: readonly string[] = [...lane.prefix, process.execPath, entry];

/** Commands that print with their own process's stdout alone, and end by themselves. */
const plainCommands: readonly string[] = ['plan', 'apply', 'status', 'destroy', 'logs', 'validate', 'snapshot'];

/**
 * Runs one command line to its end: in a process of its own, or, where RESIDENT names the pipes of
 * test/support/resident.ts, in that one, which spares a slow machine the start of node.
 */
export function runProgram(args: readonly string[], cwd: string): CommandResult {
  const pipes = process.env['RESIDENT'];
  if (pipes !== undefined && plainCommands.includes(args[0] ?? '')) return askResident(pipes, args, cwd);
  const [program = '', ...first] = commandLine;
  return spawnSync(program, [...first, ...args], { cwd, encoding: 'utf8', timeout: within(120_000) });
}

function askResident(pipes: string, args: readonly string[], cwd: string): CommandResult {
  const request = openSync(`${pipes}.request`, constants.O_WRONLY);
  writeFileSync(request, JSON.stringify({ args, cwd }));
  // The other side opens its answer once it has read the request to the end.
  closeSync(request);
  return JSON.parse(readFileSync(`${pipes}.reply`, 'utf8')) as CommandResult;
}
