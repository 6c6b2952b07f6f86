import { ReconcileError } from '../errors.ts';
import { captureSync } from '../host/capture.ts';
import type { Captured } from '../host/capture.ts';

/** git in one folder. */
export interface Git {
  /** What it prints. Throws ERR_SOURCE_UNREADABLE with git's own words. */
  ask(args: readonly string[], input?: string): Buffer;
  /** What it prints on one line; undefined where it fails, which for a question may be its answer. */
  tell(args: readonly string[]): string | undefined;
}

const timeoutMs = 60_000;

/** The names of a million files. */
const maxBytes = 256 * 1024 * 1024;

/**
 * Only plumbing commands that read: no hook, no pager and no filter is run, no lock is taken. Missing objects of a
 * partial clone are not fetched, which would write. Throws ERR_SOURCE_UNREADABLE where there is no git or no repository.
 */
export function openGit(cwd: string, env: Readonly<Record<string, string | undefined>>): Git {
  const options = { cwd, env: environmentFor(env), timeoutMs, maxBytes };
  const run = (args: readonly string[], input?: string): Captured =>
    captureSync('git', ['--no-optional-locks', '-c', 'protocol.allow=never', ...args], { ...options, ...(input === undefined ? {} : { input }) });
  const failed = ({ errno, status }: Captured): boolean => errno !== undefined || status !== 0;
  const repository = run(['rev-parse', '--git-dir']);
  if (failed(repository)) throw gitError(repository, cwd);
  return {
    ask(args, input) {
      const result = run(args, input);
      if (failed(result)) throw gitError(result, cwd);
      return result.stdout;
    },
    tell(args) {
      const result = run(args);
      return failed(result) ? undefined : result.stdout.toString('utf8').replace(/\n$/, '');
    },
  };
}

/** What git needs to find its settings, and the repository as a hook of it is told. Traces would write. */
function environmentFor(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed = /^(PATH|HOME|XDG_CONFIG_HOME|USERPROFILE|SYSTEMROOT|GIT_(?!TRACE).*)$/i;
  const kept = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passed.test(entry[0]));
  return { ...Object.fromEntries(kept), LANG: 'C', GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' };
}

/** Of git's words, with what to do. */
const mends: readonly (readonly [words: RegExp, hint: string])[] = [
  [/not a git repository/, 'run it in the repository that holds the manifests'],
  [/dubious ownership/, 'if you trust it: git config --global --add safe.directory FOLDER'],
  [/bad object|missing|promisor|not allowed|unable to read/, 'the clone is partial or damaged; a full one has it: git clone without --filter'],
];

function gitError({ errno, status, stderr }: Captured, cwd: string): ReconcileError {
  if (errno === 'ENOENT') return unreadableError('git: not found', 'install git, or put it on PATH');
  if (errno === 'ETIMEDOUT') return unreadableError(`git in ${cwd}: no answer within ${timeoutMs} ms`, 'look at the disk');
  if (errno === 'ENOBUFS') return unreadableError(`git in ${cwd}: more than ${maxBytes} bytes of names or files`, 'give a smaller repository');
  const words = stderr === '' ? (errno ?? `exit status ${status ?? 'unknown'}`) : stderr;
  return unreadableError(`git in ${cwd}: ${words}`, mends.find(([pattern]) => pattern.test(words))?.[1] ?? 'look at the repository');
}

function unreadableError(message: string, hint: string): ReconcileError {
  return new ReconcileError('ERR_SOURCE_UNREADABLE', message, { hint });
}
