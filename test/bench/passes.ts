import { readFileSync } from 'node:fs';
import type { Asked, Children } from './child.ts';
import type { Instance } from './instance.ts';
import { lastPassOf } from './calls.ts';
import type { Call } from './calls.ts';

/** A process that observes, compares and plans, once each time that it is asked. */
export interface Passes {
  /** Milliseconds. Throws where the pass finds something to do. */
  next(): Promise<number>;
  close(): Promise<void>;
}

const probe = new URL('probes/pass.ts', import.meta.url).pathname;

export function askPasses(children: Children, instance: Instance, prefix: readonly string[] = []): Passes {
  const asked: Asked = children.ask([...prefix, process.execPath, probe, instance.root, instance.data, instance.parent, instance.manifests]);
  return {
    async next() {
      const answer = await asked.answer('pass');
      const ms = Number(answer);
      if (!Number.isFinite(ms)) throw new Error(`a pass that should find nothing to do: ${answer}`);
      return ms;
    },
    close: () => asked.close(),
  };
}

/** Every call for a file that a pass makes once the process has made some, as strace sees them. */
export async function traceCalls(children: Children, instance: Instance, log: string): Promise<Call[]> {
  const traced = 'trace=openat,open,read,pread64,readlink,readlinkat,stat,lstat,statx,newfstatat,access,faccessat,faccessat2,getdents64';
  const passes = askPasses(children, instance, ['strace', '-f', '-y', '-s', '0', '-e', traced, '-o', log]);
  for (let turn = 0; turn < 3; turn += 1) await passes.next();
  await passes.close();
  return lastPassOf(readFileSync(log, 'utf8'));
}
