import childProcess from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { openChance } from '../sim/chance.ts';

/*
 * Loaded before the program (`node --import`), it stands between it and everything outside: each call by which the
 * program changes or reads a file, a cgroup, or another process passes here, whatever module it is in. FAILPOINTS, as
 * JSON, says what is to happen: the calls are written down, or one of them is where the program is killed, fails, or waits.
 */

export interface Failpoints {
  /** Which calls are meant, and numbered. Default: those that change something. */
  readonly of?: 'changes' | 'reads';
  /** File that each call is appended to as a line of JSON, a `Boundary`. */
  readonly list?: string;
  /** The number of the call, from 1, at which `action` happens; none: at each. */
  readonly at?: number;
  readonly action?: 'kill' | 'fail' | 'delay';
  /** Of the error that `fail` throws. */
  readonly errno?: string;
  readonly delayMs?: number;
  /** How likely each call fails, by a seed, that is made while a file is at `whileThere`. */
  readonly sometimes?: { readonly chance: number; readonly seed: number; readonly whileThere: string };
}

/** One call that leaves the process. */
export interface Boundary {
  readonly number: number;
  readonly kind: 'exec' | 'file' | 'cgroup' | 'signal';
  /** `function file:line`, of the first line of the program on the way to it, and in the built one its column: the same in each run. */
  readonly site: string;
  /** The path, program or process. */
  readonly subject: string;
}

const options = JSON.parse(process.env['FAILPOINTS'] ?? '{}') as Failpoints;
delete process.env['FAILPOINTS'];

const { appendFileSync, existsSync, readlinkSync } = fs;
const kill = process.kill.bind(process);
let count = 0;
/** Node carries out one call by others; and so does what writes them down. */
let depth = 0;

const errnos: Readonly<Record<string, number>> = { EIO: -5, ENOMEM: -12, EACCES: -13, EMFILE: -24, ENOSPC: -28, EROFS: -30 };

const { sometimes } = options;
const chance = openChance(sometimes?.seed ?? 0);
/** Whether a call is one that fails. */
const fate = sometimes === undefined ? undefined : (): boolean => existsSync(sometimes.whileThere) && chance.happens(sometimes.chance);

/** Passes a call that changes something on, or does not. Throws what `fail` asks for. */
function pass(kind: Boundary['kind'], name: string, subject: string): void {
  if (options.of !== 'reads') meet(kind, name, subject);
}

/** Passes a call that reads on, or does not. */
function passRead(name: string, target: unknown): void {
  if (options.of === 'reads') meet(kindOf(pathOf(target)), name, pathOf(target));
}

function meet(kind: Boundary['kind'], name: string, subject: string): void {
  if (depth > 0) return;
  depth += 1;
  try {
    judge(kind, name, subject);
  } finally {
    depth -= 1;
  }
}

function judge(kind: Boundary['kind'], name: string, subject: string): void {
  count += 1;
  if (options.list !== undefined) {
    const boundary: Boundary = { number: count, kind, site: `${name} ${callerOf()}`, subject };
    appendFileSync(options.list, `${JSON.stringify(boundary)}\n`);
  }
  if (fate?.() === true) throw systemError(name, subject, chance.pick(Object.keys(errnos)));
  if (options.action === undefined || (options.at !== undefined && options.at !== count)) return;
  if (options.action === 'kill') kill(process.pid, 'SIGKILL');
  if (options.action === 'delay') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, options.delayMs ?? 20);
  if (options.action === 'fail') throw systemError(name, subject, options.errno ?? 'EIO');
}

function systemError(syscall: string, path: string, code: string): Error {
  return Object.assign(new Error(`${code}: made to fail, ${syscall} '${path}'`), { code, errno: errnos[code] ?? -5, syscall, path });
}

function callerOf(): string {
  const lines = (new Error('where').stack ?? '').split('\n').filter((line) => /\/src\/|reconcile\.js/.test(line));
  return /((?:src\/[^:)]*:\d+)|(?:reconcile\.js:\d+:\d+))/.exec(lines[0] ?? '')?.[1] ?? 'unknown';
}

function kindOf(path: unknown): 'file' | 'cgroup' {
  return String(path).startsWith('/sys/fs/cgroup/') ? 'cgroup' : 'file';
}

type Callable = (...args: readonly unknown[]) => unknown;

function wrap(target: object, name: string, around: (call: Callable) => Callable): void {
  const methods = target as Record<string, Callable>;
  const original = methods[name];
  if (original === undefined) throw new Error(`node has no ${name}`);
  const inner = original.bind(target);
  // realpathSync has another function, `native`, for a property.
  methods[name] = Object.assign(around((...args) => {
    depth += 1;
    try {
      return inner(...args);
    } finally {
      depth -= 1;
    }
  }), original);
}

const changing = [
  'mkdirSync', 'rmdirSync', 'rmSync', 'unlinkSync', 'renameSync', 'symlinkSync', 'linkSync', 'chmodSync', 'chownSync', 'lchownSync',
  'utimesSync', 'lutimesSync', 'truncateSync', 'copyFileSync', 'cpSync', 'mkdtempSync', 'appendFileSync', 'fchmodSync', 'fchownSync', 'ftruncateSync',
];
// These make something at their second path.
const making = ['symlinkSync', 'linkSync', 'copyFileSync', 'cpSync', 'renameSync'];
for (const name of changing) {
  wrap(fs, name, (call) => (...args) => {
    const target = args[making.includes(name) ? 1 : 0];
    pass(kindOf(target), name, pathOf(target));
    return call(...args);
  });
}

// A number is a descriptor: the program's own output is nobody's state.
for (const name of ['writeFileSync', 'writeSync']) {
  wrap(fs, name, (call) => (...args) => {
    const [target] = args;
    if (typeof target !== 'number' || target > 2) pass(kindOf(pathOf(target)), name, pathOf(target));
    return call(...args);
  });
}

/** Of a descriptor, and of what lies beneath one that is a folder, the path that it was opened by. */
function pathOf(target: unknown): string {
  const [, descriptor, beneath = ''] = /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(typeof target === 'number' ? `/proc/self/fd/${target}` : String(target)) ?? [];
  if (descriptor === undefined) return String(target);
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) + beneath;
  } catch {
    return `descriptor ${descriptor}${beneath}`;
  }
}

const { O_CREAT, O_TRUNC } = fs.constants;
wrap(fs, 'openSync', (call) => (...args) => {
  const [path, flags = 'r'] = args;
  const changes = typeof flags === 'number' ? (flags & (O_CREAT | O_TRUNC)) !== 0 : /[wa]/.test(String(flags));
  if (changes) pass(kindOf(path), 'openSync', String(path));
  else passRead('openSync', path);
  return call(...args);
});

const reading = [
  'readSync', 'readFileSync', 'readlinkSync', 'readdirSync', 'opendirSync', 'realpathSync', 'accessSync',
  'statSync', 'lstatSync', 'fstatSync', 'statfsSync',
];
for (const name of reading) {
  wrap(fs, name, (call) => (...args) => {
    passRead(name, args[0]);
    return call(...args);
  });
}
// It has no way to fail but to say no.
wrap(fs, 'existsSync', (call) => (...args) => {
  try {
    passRead('existsSync', args[0]);
  } catch {
    return false;
  }
  return call(...args);
});
wrap(fs.realpathSync, 'native', (call) => (...args) => {
  passRead('realpathSync', args[0]);
  return call(...args);
});

for (const name of ['unlink', 'rmdir', 'rm', 'mkdir', 'rename', 'writeFile']) {
  wrap(fs, name, (call) => (...args) => {
    const callback = args.at(-1) as Callable;
    try {
      pass(kindOf(args[0]), name, pathOf(args[0]));
    } catch (error) {
      process.nextTick(() => callback(error));
      return undefined;
    }
    return call(...args);
  });
}

for (const name of ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork']) {
  wrap(childProcess, name, (call) => (...args) => {
    const command = [String(args[0]), ...(Array.isArray(args[1]) ? args[1].map(String) : [])].join(' ').slice(0, 200);
    try {
      pass('exec', name, command);
    } catch {
      // Node tells it in its own way, by an event or in a result: a program that is not there makes it do so.
      return call('/nonexistent/made-to-fail', [], ...args.slice(2));
    }
    return call(...args);
  });
}

wrap(process, 'kill', (call) => (...args) => {
  if (args[1] !== 0) pass('signal', 'kill', args.join(' '));
  return call(...args);
});

syncBuiltinESMExports();
