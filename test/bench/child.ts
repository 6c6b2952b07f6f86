import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** After this the program is killed; default two minutes. */
  readonly boundMs?: number;
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From just before the start until its end was heard. */
  readonly ms: number;
}

/** Starts programs, and ends with all that it started. */
export interface Children {
  /** Runs a program to its end. Throws where it does not end by itself, or with another status than 0. */
  run(command: readonly string[], options?: RunOptions): Promise<Ended>;
  /** The same; whatever its status. */
  attempt(command: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Starts a program that answers each line on stdin with a line on stdout. */
  ask(command: readonly string[], options?: RunOptions): Asked;
  /** Starts a program that goes on. */
  start(command: readonly string[], options?: RunOptions): Started;
  /** Kills what was started but by `start`: whoever waits for it fails. */
  interrupt(): void;
  /** Kills whatever still runs. */
  killAll(): void;
}

export interface Asked {
  readonly pid: number;
  /** Throws where the program ends first or takes longer than the bound. */
  answer(line: string): Promise<string>;
  /** Writes a line that has no answer. */
  tell(line: string): void;
  close(): Promise<void>;
}

export interface Started {
  readonly pid: number;
  output(): string;
  /** Resolves when what it has printed so far matches; throws where it ends first or takes longer than the bound. */
  until(pattern: RegExp): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

const defaultBoundMs = 120_000;

export function openChildren(): Children {
  const alive = new Set<ChildProcess>();
  const lasting = new Set<ChildProcess>();
  const open = (command: readonly string[], { cwd, env }: RunOptions = {}): ChildProcess => {
    const [file = '', ...args] = command;
    const child = spawn(file, args, { ...(cwd === undefined ? {} : { cwd }), env: { PATH: searchPath, HOME: '/root', LANG: 'C', ...env }, stdio: 'pipe' });
    alive.add(child);
    child.stdin.on('error', () => undefined);
    child.once('close', () => alive.delete(child));
    child.once('error', () => alive.delete(child));
    return child;
  };
  const attempt = (command: readonly string[], options: RunOptions = {}): Promise<Ended> => {
    const beganMs = performance.now();
    return endOf(open(command, options), { command, beganMs, boundMs: options.boundMs ?? defaultBoundMs });
  };
  return {
    attempt,
    async run(command, options) {
      const ended = await attempt(command, options);
      if (ended.status !== 0) throw new Error(`${command.slice(0, 6).join(' ')}: status ${ended.status}: ${lastWords(ended.stderr || ended.stdout)}`);
      return ended;
    },
    ask: (command, options) => askedOf(open(command, options), command, options?.boundMs ?? defaultBoundMs),
    start(command, options) {
      const child = open(command, options);
      lasting.add(child);
      return startedOf(child, command, options?.boundMs ?? defaultBoundMs);
    },
    interrupt() {
      for (const child of alive) if (!lasting.has(child)) child.kill('SIGKILL');
    },
    killAll() {
      for (const child of alive) child.kill('SIGKILL');
    },
  };
}

/** Where Debian has its programs; first node's folder, so that a launcher finds the node of this run. */
const searchPath = `${process.execPath.replace(/\/[^/]+$/, '')}:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin`;

/** The end of what a program said, in one line. */
export function lastWords(text: string): string {
  return text.trim().split('\n').slice(-3).join('; ').slice(-400);
}

interface Call {
  readonly command: readonly string[];
  readonly beganMs: number;
  readonly boundMs: number;
}

function endOf(child: ChildProcess, { command, beganMs, boundMs }: Call): Promise<Ended> {
  const text = { stdout: '', stderr: '' };
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  const timer = setTimeout(() => {
    child.kill('SIGKILL');
    reject(new Error(`${command.slice(0, 4).join(' ')}: not done within ${boundMs / 1000} s: ${lastWords(text.stderr)}`));
  }, boundMs);
  for (const name of ['stdout', 'stderr'] as const) child[name]?.on('data', (chunk: Buffer) => { text[name] += chunk.toString(); });
  child.stdin?.end();
  child.once('error', (error) => { reject(error); });
  child.once('exit', (status) => {
    const ms = performance.now() - beganMs;
    const settle = (): void => { resolve({ status, ...text, ms }); };
    child.once('close', settle);
    // A daemon that the program leaves behind may keep its output open.
    setTimeout(settle, 300).unref();
  });
  return promise.finally(() => { clearTimeout(timer); });
}

function askedOf(child: ChildProcess, command: readonly string[], boundMs: number): Asked {
  const waiting: PromiseWithResolvers<string>[] = [];
  let stderr = '';
  const failAll = (reason: string): void => {
    for (const each of waiting.splice(0)) each.reject(new Error(`${command[0] ?? ''}: ${reason}: ${lastWords(stderr)}`));
  };
  child.stderr?.on('data', (chunk: Buffer) => { stderr += chunk.toString(); });
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => { waiting.shift()?.resolve(line); });
  const ended = endedOf(child);
  // Its last words come after its end; a daemon that it leaves behind may keep them open.
  child.once('close', () => { failAll('it ended'); });
  void ended.then(() => { setTimeout(() => { failAll('it ended'); }, 300).unref(); });
  const tell = (line: string): void => { child.stdin?.write(`${line}\n`); };
  return {
    pid: child.pid ?? 0,
    tell,
    answer(line) {
      const asked = Promise.withResolvers<string>();
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${command[0] ?? ''} has ended: ${lastWords(stderr)}`);
      waiting.push(asked);
      const timer = setTimeout(() => { failAll(`no answer within ${boundMs / 1000} s`); }, boundMs);
      tell(line);
      return asked.promise.finally(() => { clearTimeout(timer); });
    },
    async close() {
      child.stdin?.end();
      await ended;
    },
  };
}

function startedOf(child: ChildProcess, command: readonly string[], boundMs: number): Started {
  let text = '';
  const append = (chunk: Buffer): void => { text += chunk.toString(); };
  child.stdout?.on('data', append);
  child.stderr?.on('data', append);
  const ended = endedOf(child);
  return {
    pid: child.pid ?? 0,
    output: () => text,
    async until(pattern) {
      for (const deadline = performance.now() + boundMs; !pattern.test(text); await pause(5)) {
        const gone = child.exitCode !== null || child.signalCode !== null;
        if (gone || performance.now() > deadline) throw new Error(`${command.slice(0, 2).join(' ')}: ${gone ? 'ended' : 'late'}, without ${String(pattern)}: ${lastWords(text)}`);
      }
    },
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const timer = setTimeout(() => { child.kill('SIGKILL'); }, 20_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

function endedOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => { resolve(); });
    child.once('error', () => { resolve(); });
  });
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => { setTimeout(resolve, ms); });
}
