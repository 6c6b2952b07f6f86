import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { Instance } from '../support/instance.ts';
import { within } from '../support/pace.ts';
import { commandLine } from '../support/program.ts';

/** The watch of a soak: one process after another. */
export interface Watching {
  /** Of the present one; undefined where none runs. */
  pid(): number | undefined;
  /** How many were started. */
  lives(): number;
  start(): Promise<void>;
  /** Gives the exit status. A SIGKILL has none. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  /** SIGSTOP, and SIGCONT this much later. */
  hold(ms: number): Promise<void>;
  /** The last that it printed. */
  lastWords(): string;
}

const keptCharacters = 8_000;

export function openWatching(host: Instance): Watching {
  let child: ChildProcess | undefined;
  let lives = 0;
  let words = '';
  const append = (chunk: Buffer): void => { words = (words + chunk.toString()).slice(-keptCharacters); };
  const pid = (): number | undefined => (child?.exitCode === null && child.signalCode === null ? child.pid : undefined);
  return {
    pid,
    lives: () => lives,
    async start() {
      const [program = '', ...first] = commandLine;
      // As the launcher starts it.
      const env = { ...process.env, MALLOC_MMAP_THRESHOLD_: '16384' };
      // A group of its own: ctrl-C at the soak is not for it. Of a few manifests, more than half may go before they lie still.
      const started = spawn(program, [...first, 'watch', ...host.flags, '--resync', '10s', '--allow-prune', host.manifests], { cwd: host.folder, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      [child, lives, words] = [started, lives + 1, ''];
      started.stdout.on('data', append);
      started.stderr.on('data', append);
      for (const deadline = performance.now() + within(60_000); !/watching/i.test(words); await delay(20)) {
        if (pid() === undefined || performance.now() > deadline) throw new Error(`the watch does not begin: ${words}`);
      }
    },
    async stop(signal) {
      const ending = child;
      if (ending === undefined || pid() === undefined) return ending?.exitCode ?? null;
      const ended = new Promise<number | null>((resolve) => ending.once('close', resolve));
      ending.kill(signal);
      return ended;
    },
    async hold(ms) {
      child?.kill('SIGSTOP');
      await delay(ms);
      child?.kill('SIGCONT');
    },
    lastWords: () => words,
  };
}
