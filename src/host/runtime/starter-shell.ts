import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { errnoOf, ReconcileError } from '../../errors.ts';
import { hintOf } from '../../system-hint.ts';
import { lastLines } from '../capture.ts';
import { signalProcess } from '../proc/process.ts';
import type { ProcessIdentity } from '../proc/process.ts';
import { spawnHolder } from '../spawn.ts';
import type { Holder } from '../spawn.ts';
import { openDeadline } from './deadline.ts';
import type { MountSpace } from './mount-space.ts';
import { spaceWords } from './mount-space.ts';

export interface StarterShell {
  readonly pid: number;
  /** Starts the words from the second on, in the folder that is the first; none of them has a line break. */
  start(words: readonly string[]): Started;
}

export interface Started {
  /**
   * The first line with a brace at its beginning that the program writes to its descriptors 2 and 3; undefined where all that
   * have these ended without one, or wrote 50 lines, or the shell ended. Lines are cut at 3,000 bytes.
   */
  readonly answer: Promise<string | undefined>;
  /** The lines before it, so far. */
  words(): string;
  /** Kills the process that was started, whatever program it runs by now; there is no answer then. */
  kill(): void;
}

const readyTimeoutMs = 5000;

/** Beyond the time that a program had already: who has not even been started by then never will. */
const startTimeoutMs = 2000;

/** Those that have answered end a moment later. */
const reapAfterMs = 100;

/**
 * Reads a number and words, each after a sign, up to an empty line, and starts them. Says NUMBER:PID START_TIME, then NUMBER:LINE
 * for what comes back, and NUMBER alone at the end. No line is as long as PIPE_BUF, so that none is written in two pieces; a
 * reader that is flooded without a line's end ends by its limit. An empty line in the place of a number asks the shell to wait for
 * those that ended, and to forget them.
 */
const serve = `echo ready
while IFS= read -r number; do
  [ "$number" ] || { jobs >/dev/null; continue; }
  set --
  while IFS= read -r word && [ "$word" ]; do set -- "$@" "\${word#=}"; done
  {
    {
      read -r pid x x x x x x x x x x x x x x x x x x x x start x </proc/self/stat
      echo "$pid $start" >&3
      cd "$1" && shift && unset PWD OLDPWD && exec "$@"
    } </dev/null 3>&1 2>&1 >/dev/null | {
      ulimit -d 16384
      lines=0
      while IFS= read -r line || [ "$line" ]; do
        printf '%s:%.3000s\\n' "$number" "$line"
        case $line in '{'*) exit ;; esac
        [ $((lines += 1)) -lt 50 ] || break
      done
      echo "$number"
    }
  } &
done`;

/** Hears what comes back from one that was started: its lines, then undefined. */
type Ear = (line: string | undefined) => void;

/** Throws ERR_RUNTIME_FAILED. @param gone called once the shell has ended */
export async function openStarterShell(space: MountSpace | undefined, gone: () => void): Promise<StarterShell> {
  const { before, prepare, args } = spaceWords(space);
  const [file = '', ...rest] = [...before, 'sh', '-c', `${prepare}\n${serve}`, 'sh', ...args];
  // As conmon is told where to answer.
  const holder = await spawnHolder(file, rest, { _OCI_SYNCPIPE: '3' }).catch((cause: unknown) => { throw unready((cause as Error).message, cause); });
  await awaitReady(holder);
  const ears = new Map<string, Ear>();
  let reap: NodeJS.Timeout | undefined;
  const listen = (number: string, ear: Ear | undefined): void => {
    if (ear === undefined) ears.delete(number);
    else ears.set(number, ear);
    holder.keepUs(ears.size > 0);
    if (ears.size === 0) reap ??= setTimeout(() => { reap = undefined; holder.stdin.write('\n'); }, reapAfterMs).unref();
  };
  holder.keepUs(false);
  eachLine(holder.stdout, (line) => {
    const [, number = '', text] = /^(\d+)(?::(.*))?$/.exec(line) ?? [];
    ears.get(number)?.(text);
  });
  holder.child.once('exit', (status, signal) => {
    gone();
    const how = `the shell that starts it ended ${signal === null ? `with status ${status}` : `by ${signal}`}`;
    // What it started may go on writing to its stdout: nobody waits for the end of that.
    for (const hear of [...ears.values()]) for (const line of [how, undefined]) hear(line);
  });
  let count = 0;
  return {
    pid: holder.child.pid ?? 0,
    start(words) {
      const number = String(count += 1);
      const { started, hear } = openStarted((ear) => { listen(number, ear); }, () => { holder.child.kill('SIGKILL'); });
      listen(number, hear);
      holder.stdin.write(`${number}\n${words.map((word) => `=${word}\n`).join('')}\n`);
      return started;
    },
  };
}

/** @param giveUp called where the shell does not say whom it started, though that was to be killed */
function openStarted(listen: (ear: Ear | undefined) => void, giveUp: () => void): { readonly started: Started; readonly hear: Ear } {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const lines: string[] = [];
  let identity: ProcessIdentity | undefined;
  const hear: Ear = (line) => {
    if (line === undefined || line.startsWith('{')) {
      listen(undefined);
      resolve(line);
      return;
    }
    const isFirst = identity === undefined;
    identity ??= identityIn(line);
    if (!isFirst || identity === undefined) lines.push(line);
  };
  const hearDoomed: Ear = (line) => {
    identity ??= line === undefined ? undefined : identityIn(line);
    if (identity !== undefined) signalProcess(identity, 'SIGKILL');
    listen(undefined);
  };
  const kill = (): void => {
    if (identity !== undefined) {
      hearDoomed(undefined);
      return;
    }
    listen(hearDoomed);
    setTimeout(() => { if (identity === undefined) giveUp(); }, startTimeoutMs).unref();
  };
  return { started: { answer: promise, words: () => lines.join('\n'), kill }, hear };
}

/** `42 1234567` */
function identityIn(line: string): ProcessIdentity | undefined {
  const [, pid, startTime] = /^(\d+) (\d+)$/.exec(line) ?? [];
  return pid === undefined ? undefined : { pid: Number(pid), startTime: Number(startTime) };
}

function eachLine(stream: Readable, act: (line: string) => void): void {
  let rest = '';
  stream.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) act(line);
  });
}

async function awaitReady(holder: Holder): Promise<void> {
  const words: string[] = [];
  holder.stderr.on('data', (text: string) => { if (words.length < 100) words.push(text); });
  const ended = once(holder.child, 'close').then(() => 'ended' as const);
  const deadline = openDeadline(readyTimeoutMs);
  const outcome = await Promise.race([once(holder.stdout, 'data').then(() => 'ready' as const), ended, deadline.passed]);
  deadline.close();
  if (outcome === 'ready') return;
  holder.child.kill('SIGKILL');
  throw unready(outcome === 'ended' ? lastLines(words.join('')) : `no answer within ${readyTimeoutMs} ms`);
}

function unready(reason: string, cause?: unknown): ReconcileError {
  const otherwise = 'unshare and mount come with util-linux; crun on a host with both hierarchies needs them, --runtime runc does not';
  const hint = hintOf(errnoOf(cause), { otherwise });
  return new ReconcileError('ERR_RUNTIME_FAILED', `shell that starts containers: ${reason}`, { hint, retryable: true, cause });
}
