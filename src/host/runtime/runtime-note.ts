import { statSync } from 'node:fs';
import { errnoOf } from '../../errors.ts';
import { readTextIfExists, unlessFailing, writeFileAtomic } from '../file.ts';
import type { Paths } from '../paths.ts';
import { parseJson } from '../../state/checks.ts';
import type { RuntimeDriver } from './runtime.ts';

/** What a program said of itself when it was asked. */
export interface RuntimeIdentity {
  readonly name: string;
  readonly version: string;
}

interface RuntimeNote extends RuntimeIdentity {
  readonly path: string;
  /** Of the file that answered: another program in its place has another one. */
  readonly file: string;
}

/**
 * What `path` said when it was last asked, for readers that must start nothing: crun copies itself to disk even to
 * tell its version. Undefined where it was never asked, or is another file by now.
 */
export function readRuntimeNote(paths: Paths, path: string): RuntimeIdentity | undefined {
  const note = parseJson(readIfAllowed(paths.runtimeNote) ?? '');
  if (!isNote(note) || note.path !== path || note.file !== fileIdentity(path)) return undefined;
  return { name: note.name, version: note.version };
}

/**
 * Writes it down for the next reader. Only under the lock. A program whose version is unknown leaves no note, nor does any
 * where none can be written: that costs a reader a word, and nobody anything else.
 */
export function noteRuntime(paths: Paths, { name, version, path }: Pick<RuntimeDriver, 'name' | 'version' | 'path'>): void {
  const file = fileIdentity(path);
  if (version === undefined || file === undefined || readRuntimeNote(paths, path)?.version === version) return;
  const note: RuntimeNote = { path, file, name, version };
  unlessFailing(() => { writeFileAtomic(paths.runtimeNote, `${JSON.stringify(note)}\n`); });
}

/** The note is for root alone, and a plan by someone else goes on without. */
function readIfAllowed(path: string): string | undefined {
  try {
    return readTextIfExists(path);
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return undefined;
    throw error;
  }
}

/** Differs for each file that ever takes the place of this one; undefined where nothing is there. */
export function fileIdentity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? undefined : [found.dev, found.ino, found.size, found.mtimeNs].join(':');
}

function isNote(value: unknown): value is RuntimeNote {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Readonly<Record<string, unknown>> = { ...value };
  return ['path', 'file', 'name', 'version'].every((key) => typeof fields[key] === 'string');
}
