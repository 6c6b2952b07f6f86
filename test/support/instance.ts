import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokenInvariants } from './invariants.ts';
import { cgroupFolders, foldersBeneath, mountsBelow, processesNaming } from './kernel.ts';
import { within } from './pace.ts';
import { commandLine, runProgram } from './program.ts';
import type { CommandResult } from './program.ts';

const [program = '', ...cliArgs] = commandLine;

/** One reconcile with a root, data folder, cgroup parent and manifests of its own. */
export interface Instance {
  readonly folder: string;
  readonly manifests: string;
  readonly root: string;
  readonly data: string;
  readonly parent: string;
  /** What makes a command line one of this instance. */
  readonly flags: readonly string[];
  /** Name of a container's cgroup beneath the hierarchy's root. */
  cgroup(name: string): string;
  write(file: string, text: string): void;
  remove(file: string): void;
  /** Runs a command to its end, as a user types it. */
  run(...args: string[]): CommandResult;
  /** `apply`, which must succeed. */
  apply(...args: string[]): CommandResult;
  /** Starts a command and lets it run. */
  start(...args: string[]): Watcher;
  /** The same where a command line before it, such as a mount namespace, holds. */
  startIn(before: readonly string[], ...args: string[]): Watcher;
  watch(...args: string[]): Watcher;
  status(...args: string[]): StatusRow[];
  pid(name: string): number;
  /** Everything that is left of the instance outside its manifests; empty after a destroy. */
  leftovers(): string[];
  /** Says why the program cannot do what the manifests say when the test ends. */
  refuses(why: string): void;
  /** Looks whether the invariants hold, then removes everything. */
  close(): Promise<void>;
}

export interface StatusRow {
  readonly name: string;
  readonly status: string;
  readonly pid?: number;
  readonly restarts: number;
  readonly drift: readonly { readonly path: string }[];
}

export interface Watcher {
  readonly child: ChildProcess;
  output(): string;
  /** Resolves when the output so far matches. The bound is for a common machine. */
  until(pattern: RegExp, timeoutMs?: number): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

let count = 0;

export interface InstanceOptions {
  /** The cgroup that holds the instance's parent, such as "apps/"; by default the hierarchy's root. */
  readonly above?: string;
  /** The test runs in guests alone, and has its invariants looked at there: guests are some ten times slower. */
  readonly onlyHere?: boolean;
}

const inGuest = process.env['RESIDENT'] !== undefined;

export function openInstance({ above = '', onlyHere = false }: InstanceOptions = {}): Instance {
  const folder = mkdtempSync(join(tmpdir(), 'reconcile-test-'));
  count += 1;
  const parent = `${above}rectest-${process.pid}-${count}`;
  const [manifests, root, data] = ['manifests', 'run', 'data'].map((name) => join(folder, name)) as [string, string, string];
  mkdirSync(manifests);
  const flags = ['--root', root, '--data', data, '--cgroup-parent', parent];
  const watchers: Watcher[] = [];
  let refused: string | undefined;

  const run = (...args: string[]): CommandResult =>
    runProgram([args[0] ?? '', ...flags, ...args.slice(1)], folder);

  const instance: Instance = {
    folder,
    manifests,
    root,
    data,
    parent,
    flags,
    cgroup: (name) => `${parent}/${name}`,
    write: (file, text) => { writeFileSync(join(manifests, file), text); },
    remove: (file) => { rmSync(join(manifests, file)); },
    run,
    apply(...args) {
      const result = run('apply', '--yes', ...args, manifests);
      if (result.status !== 0) throw new Error(`apply: status ${result.status}\n${result.stdout}\n${result.stderr}`);
      return result;
    },
    watch: (...args) => instance.start('watch', ...args, manifests),
    start: (...args) => instance.startIn([], ...args),
    startIn(before, command = '', ...args) {
      const [first = '', ...rest] = [...before, program, ...cliArgs, command, ...flags, ...args];
      const child = spawn(first, rest, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
      const watcher = followOutput(child);
      watchers.push(watcher);
      return watcher;
    },
    status(...args) {
      const { stdout } = run('status', '-o', 'json', ...args);
      return (JSON.parse(stdout) as { containers: StatusRow[] }).containers;
    },
    pid(name) {
      const pid = instance.status().find((row) => row.name === name)?.pid;
      if (pid === undefined) throw new Error(`${name} does not run`);
      return pid;
    },
    leftovers: () => [
      ...cgroupFolders(parent),
      ...foldersBeneath(parent),
      ...mountsBelow(folder),
      ...processesNaming(folder).map((pid) => `process ${pid}`),
      ...['bundles', 'exits', 'runtime', 'sockets'].flatMap((name) => entriesOf(join(root, name))),
      ...['layers', 'jails', 'logs'].flatMap((name) => entriesOf(join(data, name))),
    ],
    refuses(why) { refused = why; },
    async close() {
      for (const watcher of watchers) await watcher.stop('SIGKILL');
      const broken = inGuest && !onlyHere ? [] : brokenInvariants(instance, refused);
      const { status, stderr } = run('destroy', '--yes');
      const left = instance.leftovers();
      if (status !== 0 || left.length > 0) throw new Error(`not cleaned up: ${left.join(', ')}\n${stderr}`);
      rmSync(folder, { recursive: true });
      if (broken.length > 0) throw new Error(`invariants:\n${broken.join('\n')}`);
    },
  };
  return instance;
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((entry) => join(folder, entry));
  } catch {
    return [];
  }
}

function followOutput(child: ChildProcess): Watcher {
  let text = '';
  const append = (chunk: Buffer): void => { text += chunk.toString(); };
  child.stdout?.on('data', append);
  child.stderr?.on('data', append);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    output: () => text,
    until: (pattern, timeoutMs = 20_000) =>
      eventually(() => { if (!pattern.test(text)) throw new Error(`no ${pattern} in:\n${text}`); }, timeoutMs),
    stop(signal = 'SIGTERM') {
      if (child.exitCode === null) child.kill(signal);
      return ended;
    },
  };
}

/** Tries again until `check` no longer throws; what it threw last is the failure. The bound is for a common machine. */
export async function eventually(check: () => void, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + within(timeoutMs);
  for (;;) {
    try {
      check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, within(20)));
    }
  }
}
