import { ReconcileError } from '../../errors.ts';
import type { Settings } from '../paths.ts';
import { pathsOf } from '../paths.ts';
import { askIdentity, detectRuntime, findProgram } from '../runtime/detect-runtime.ts';
import type { Cover } from '../runtime/mount-space.ts';
import type { Trouble } from './check.ts';
import type { Program, Programs } from './runtime-checks.ts';

/** Finds the runtimes and conmon, and asks each for its version. */
export async function readPrograms(settings: Settings, coversForCrun: readonly Cover[]): Promise<Programs> {
  const runtime = await readRuntime(settings, coversForCrun);
  const used = 'message' in runtime ? undefined : runtime.path;
  const installed = ['crun', 'runc'].map(readProgram).filter((program) => program !== undefined);
  return { runtime, otherRuntimes: installed.filter(({ path }) => path !== used), conmon: readProgram('conmon') };
}

/** Each that was found. */
export function programsIn({ runtime, otherRuntimes, conmon }: Programs): readonly Program[] {
  return ['message' in runtime ? undefined : runtime, ...otherRuntimes, conmon].filter((program) => program !== undefined);
}

async function readRuntime(settings: Settings, coversForCrun: readonly Cover[]): Promise<Programs['runtime']> {
  try {
    const { name, version, path } = await detectRuntime({ requested: settings.runtime, coversForCrun, paths: pathsOf(settings), mayAsk: true });
    return { name, version, path };
  } catch (error) {
    return troubleOf(error);
  }
}

function readProgram(name: string): Program | undefined {
  const path = findProgram(name);
  return path === undefined ? undefined : { name, version: askIdentity(path, [name])?.version, path };
}

/** Throws what is no error of ours. */
export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ReconcileError)) throw error;
  return { message: error.message, hint: error.hint ?? '' };
}
