import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked, Children } from './child.ts';

const sources = new URL('floor/', import.meta.url).pathname;
/** Those in floor/. */
export type FloorProgram = 'many' | 'observe' | 'write' | 'await' | 'latency';

/** The programs in C. */
export interface Floors {
  /** Its path. Throws where there is no compiler. */
  path(program: FloorProgram): string;
  /** The compiler and its version; undefined where there is none. */
  readonly compiler: string | undefined;
  /** Starts one that answers lines. */
  ask(program: FloorProgram, ...args: readonly string[]): Asked;
  /** Does steps for each of `count` numbers, `atOnce` at once: see floor/many.c. Gives the milliseconds; throws where one fails. */
  many(steps: readonly (readonly string[])[], options: ManyOptions): Promise<number>;
}

export interface ManyOptions {
  readonly count: number;
  readonly atOnce: number;
  readonly first?: number;
  /** Put before the command line, such as nsenter. */
  readonly prefix?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export function openFloors(folder: string, children: Children): Floors {
  const compiler = findCompiler();
  mkdirSync(folder, { recursive: true });
  const path = (program: FloorProgram): string => {
    if (compiler === undefined) throw new Error('no C compiler: apt-get install gcc libc6-dev');
    const built = join(folder, program);
    if (!existsSync(built)) execFileSync(compiler.path, ['-O2', '-o', built, join(sources, `${program}.c`)], { stdio: ['ignore', 'ignore', 'inherit'] });
    return built;
  };
  return {
    path,
    compiler: compiler?.version,
    ask: (program, ...args) => children.ask([path(program), ...args]),
    async many(steps, { count, atOnce, first = 0, prefix = [], env = {} }) {
      const log = join(folder, 'many.log');
      const words = steps.flatMap((step, index) => (index === 0 ? step : [';', ...step]));
      const { stdout } = await children.run([...prefix, path('many'), String(atOnce), String(first), String(count), log, ...words], { env, boundMs: 600_000 });
      const { ms, failed } = JSON.parse(stdout) as { readonly ms: number; readonly failed: number };
      if (failed > 0) throw new Error(`${failed} of ${count} failed: ${steps.map((step) => step.slice(0, 2).join(' ')).join(', ')}: ${endOf(log)}`);
      return ms;
    },
  };
}

function findCompiler(): { readonly path: string; readonly version: string } | undefined {
  for (const path of ['cc', 'gcc', 'clang']) {
    try {
      return { path, version: execFileSync(path, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).split('\n')[0] ?? path };
    } catch {
      continue;
    }
  }
  return undefined;
}

function endOf(log: string): string {
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-2).join('; ').slice(-300) : 'it said nothing';
}
