import { spawnSync } from 'node:child_process';
import { closeSync, constants, openSync, readSync, writeFileSync } from 'node:fs';
import { lane } from './lane.ts';

export interface CommandResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What starts the program: the built one that PROGRAM names, or its sources. */
export const entry = process.env['PROGRAM'] ?? new URL('../../src/cli.ts', import.meta.url).pathname;

/** Program and first arguments of every command line of this lane. */
export const commandLine: readonly string[] = [...lane.prefix, process.execPath, entry];

/** Any command of a test ends within it, on any machine: where that is slow, tests do less. */
const boundMs = 120_000;

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
  return spawnSync(program, [...first, ...args], { cwd, encoding: 'utf8', timeout: boundMs });
}

function askResident(pipes: string, args: readonly string[], cwd: string): CommandResult {
  const deadlineMs = performance.now() + boundMs;
  const wait = (): void => {
    if (performance.now() > deadlineMs) throw new Error(`no end within ${boundMs / 1000} s: ${args.join(' ')}`);
    Atomics.wait(sleeper, 0, 0, 5);
  };
  tell(`${pipes}.request`, JSON.stringify({ args, cwd }), wait);
  return JSON.parse(hear(`${pipes}.reply`, wait)) as CommandResult;
}

/** Nobody wakes who waits on it. */
const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Writes to a named pipe once somebody reads it. */
function tell(pipe: string, text: string, wait: () => void): void {
  let fd: number | undefined;
  while ((fd = unless('ENXIO', () => openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK))) === undefined) wait();
  writeFileSync(fd, text);
  closeSync(fd);
}

/** All that the next one to open a named pipe writes to it. */
function hear(pipe: string, wait: () => void): string {
  const [fd, buffer, chunks] = [openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK), Buffer.alloc(2 ** 16), [] as Buffer[]];
  try {
    for (;;) {
      const count = unless('EAGAIN', () => readSync(fd, buffer));
      if (count === 0 && chunks.length > 0) return Buffer.concat(chunks).toString();
      if (count === undefined || count === 0) wait();
      else chunks.push(Buffer.from(buffer.subarray(0, count)));
    }
  } finally {
    closeSync(fd);
  }
}

/** Undefined where the kernel answers that there is nobody, or nothing yet. */
function unless<T>(code: string, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return undefined;
    throw error;
  }
}
