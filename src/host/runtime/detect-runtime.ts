import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { basename, isAbsolute, join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import { askSync } from '../exec.ts';
import { pathExists } from '../file.ts';
import type { Paths } from '../paths.ts';
import type { Cover } from './mount-space.ts';
import { readRuntimeNote } from './runtime-note.ts';
import type { RuntimeIdentity } from './runtime-note.ts';
import { openRuntime } from './runtime.ts';
import type { RuntimeDriver } from './runtime.ts';
import { seccompFile } from './seccomp-file.ts';

export interface DetectOptions {
  /** `auto`, `crun`, `runc` or an absolute path. */
  readonly requested: string;
  readonly paths: Paths;
  /** For cgroup hierarchies that crun refuses to see. */
  readonly coversForCrun?: readonly Cover[];
  /**
   * Whether a program that was not asked before may be asked for its version, by starting it. Where not, its name
   * stands for what it is: crun writes to disk even to tell its version.
   */
  readonly mayAsk: boolean;
  /** Where programs are looked for; by default the system's own folders, whatever PATH says. */
  readonly programFolders?: readonly string[];
}

/** Right after a boot, or under memory pressure, a program may be long in coming from the disk. */
const answerTimeoutMs = 30_000;

const systemFolders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** Finds the runtime and conmon. `auto` prefers crun, which is faster. Throws ERR_RUNTIME_MISSING with what to install. */
// Async so that a driver that has to wait for its program can take this one's place.
export async function detectRuntime(options: DetectOptions): Promise<RuntimeDriver> {
  const folders = options.programFolders ?? systemFolders;
  const chosen = options.requested === 'auto' ? chooseRuntime(options, folders) : namedRuntime(options, folders);
  const conmon = findProgram('conmon', folders);
  if (conmon === undefined) throw missing('conmon: not found', 'conmon');
  const why = pathExists(seccompFile) ? chosen.why : `${chosen.why}; no seccomp filter: ${seccompFile} is missing`;
  const covers = chosen.name === 'crun' ? (options.coversForCrun ?? []) : [];
  return openRuntime({ ...chosen, why, conmon, covers, paths: options.paths, callsStart: isAbsolute(options.requested) });
}

interface Chosen {
  readonly name: string;
  readonly version: string | undefined;
  readonly path: string;
  readonly why: string;
}

function chooseRuntime(options: DetectOptions, folders: readonly string[]): Chosen {
  const [crunPath, runcPath] = [findProgram('crun', folders), findProgram('runc', folders)];
  const crun = lookAt(crunPath, options);
  if (crun !== undefined) return { ...crun, why: 'crun is the fastest' };
  const runc = lookAt(runcPath, options);
  const silent = crunPath ?? runcPath;
  if (runc === undefined) throw missing(silent === undefined ? 'neither crun nor runc was found' : silence(silent, options), 'crun');
  return { ...runc, why: 'crun was not found' };
}

function namedRuntime(options: DetectOptions, folders: readonly string[]): Chosen {
  const { requested } = options;
  const path = isAbsolute(requested) ? requested : findProgram(requested, folders);
  if (path === undefined) throw missing(`${requested}: not found`, requested);
  const found = lookAt(path, options);
  if (found === undefined) throw missing(silence(path, options), 'crun');
  return { ...found, why: `asked for: ${requested}` };
}

function silence(path: string, { mayAsk }: DetectOptions): string {
  return `${path}: ${mayAsk ? 'does not answer --version as crun or runc does' : 'is no program'}`;
}

function missing(message: string, aptPackage: string): ReconcileError {
  return new ReconcileError('ERR_RUNTIME_MISSING', message, { hint: `apt-get install ${aptPackage}` });
}

/** What is known of the program, or what it says of itself: `crun version 1.8.1`. */
function lookAt(path: string | undefined, { paths, mayAsk }: DetectOptions): Omit<Chosen, 'why'> | undefined {
  if (path === undefined) return undefined;
  const noted = readRuntimeNote(paths, path);
  if (noted !== undefined) return { ...noted, path };
  if (!mayAsk) return isProgram(path) ? { name: basename(realpathSync(path)), version: undefined, path } : undefined;
  const identity = askIdentity(path, ['crun', 'runc']);
  return identity === undefined ? undefined : { ...identity, path };
}

/** What the program at `path` says of itself, by starting it; undefined where that is no version of one of `names`. */
export function askIdentity(path: string, names: readonly string[]): RuntimeIdentity | undefined {
  const answer = askSync(path, ['--version'], answerTimeoutMs) ?? '';
  const [, name, version] = new RegExp(`^(${names.join('|')}) version (\\S+)`, 'm').exec(answer) ?? [];
  return name === undefined || version === undefined ? undefined : { name, version };
}

/** Absolute path of a program; undefined where there is none. PATH plays no part. */
export function findProgram(name: string, folders: readonly string[] = systemFolders): string | undefined {
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
