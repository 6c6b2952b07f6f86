import { realpathSync } from 'node:fs';
import { openLoader } from './loader.ts';
import type { ProgramFile } from './loader.ts';

type Main = (args: readonly string[], env: NodeJS.ProcessEnv) => Promise<number>;

/** Runs the program in `path` on this process's command line. */
export function start(path: string, index: ProgramFile['index'], builtin: (name: string) => object): void {
  const loader = openLoader({ path: realpathSync(path), index }, builtin);
  const { main } = loader.load('main.js') as { readonly main: Main };
  void main(process.argv.slice(2), process.env).then((status) => {
    process.exitCode = status;
  });
}
