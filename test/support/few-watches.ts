import { existsSync } from 'node:fs';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/*
 * Loaded before the program (`node --import`): the kernel seems to allow fewer watches than the program asks for.
 * FEW_WATCHES, as JSON, says how many, and how it refuses the next one.
 */

export interface FewWatches {
  readonly count: number;
  /** ENOSPC: max_user_watches is reached. EMFILE: max_user_instances is. */
  readonly errno: 'ENOSPC' | 'EMFILE';
  /** Once this file is there, as many as anybody asks for are allowed. */
  readonly lifted: string;
}

const { count, errno, lifted } = JSON.parse(process.env['FEW_WATCHES'] ?? '') as FewWatches;
for (const name of ['FEW_WATCHES', 'NODE_OPTIONS']) delete process.env[name];

const watch = fs.watch as (...args: readonly unknown[]) => fs.FSWatcher;
let open = 0;
Object.assign(fs, {
  watch(...args: readonly unknown[]): fs.FSWatcher {
    if (open >= count && !existsSync(lifted)) throw Object.assign(new Error(`${errno}: no more watches, watch '${String(args[0])}'`), { code: errno, syscall: 'watch' });
    const watcher = watch(...args);
    open += 1;
    watcher.once('close', () => { open -= 1; });
    return watcher;
  },
});
syncBuiltinESMExports();
