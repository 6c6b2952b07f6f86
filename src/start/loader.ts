import { Script } from 'node:vm';
import { codeFile, readCode } from './code-cache.ts';
import { fromFile, readChunk } from './program-file.ts';
import type { Index, Place } from './program-file.ts';

export interface ProgramFile {
  /** Absolute, links resolved. */
  readonly path: string;
  readonly index: Index;
}

export interface Chunk {
  readonly script: Script;
  /** As it is written in the file. */
  readonly bytes: Buffer;
}

export interface Loader {
  /** Compiles a chunk, once. */
  compile(name: string): Chunk;
  /** The exports of a chunk, which is run at the first call. */
  load(name: string): object;
}

type Require = (name: string) => object;
type Wrapped = (exports: object, require: Require, module: object) => void;

/** A chunk's code, as a function of what it calls by those names. */
export function wrap(code: string): string {
  return `(function(exports,require,module){${code}\n})`;
}

/** Loads the chunks of a program from its file, each when it is first needed. `builtin` gives a module of node. */
export function openLoader({ path, index }: ProgramFile, builtin: Require): Loader {
  const chunks = new Map<string, Chunk>();
  const modules = new Map<string, { exports: object }>();
  const compile = (name: string): Chunk => {
    const chunk = chunks.get(name) ?? compileChunk(path, name, index[name]);
    chunks.set(name, chunk);
    return chunk;
  };
  const load = (name: string): object => {
    const loaded = modules.get(name);
    if (loaded !== undefined) return loaded.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const run = compile(name).script.runInThisContext() as Wrapped;
    run(module.exports, (wanted) => (wanted.startsWith('./') ? load(wanted.slice(2)) : builtin(wanted)), module);
    return module.exports;
  };
  return { compile, load };
}

function compileChunk(path: string, name: string, place: Place | undefined): Chunk {
  if (place === undefined) throw new Error(`${path} has no chunk ${name}`);
  const bytes = readChunk(path, place);
  const cachedData = readCode(codeFile(path, name), bytes);
  const script = new Script(fromFile(bytes), {
    filename: path,
    lineOffset: place.line,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  return { script, bytes };
}
