import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildProgram } from '../support/build-program.ts';
import { commandOf, parseOptions, usage } from './options.ts';
import type { Options } from './options.ts';
import { tooMuchGrowth } from './samples.ts';

/*
 * npm run test:soak: containers under a watch for hours, with a change a second, a fault every ten seconds and a check of
 * everything each minute. Draws what the watch took into an SVG, and ends with status 1 where a check failed, or where the
 * watch, looked at for an hour once it was warm, grew.
 */

const options = optionsOrExit();
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => { stop.abort(signal); });

const remove = provideProgram();
try {
  // Only now: which program is tested is read where it is loaded.
  const [{ soak }, { drawOutcome, tellOutcome }] = await Promise.all([import('./run.ts'), import('./report.ts')]);
  console.log(`seed ${options.seed}: ${options.containers} containers for ${options.hours} hours`);
  const outcome = await soak(options, { signal: stop.signal, tell: console.log });
  mkdirSync(dirname(resolve(options.out)), { recursive: true });
  writeFileSync(options.out, drawOutcome(outcome, options));
  console.log(tellOutcome(outcome, options));
  process.exitCode = outcome.failures.length > 0 || tooMuchGrowth(outcome.samples).length > 0 ? 1 : stop.signal.aborted ? 130 : 0;
} finally {
  remove();
}

function optionsOrExit(): Options {
  try {
    return parseOptions(process.argv.slice(2), Math.floor(Math.random() * 2 ** 32));
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: ${usage}\n       ${commandOf({ hours: 0.1, seed: 7, containers: 50, out: '', pace: 1 })}`);
    process.exit(2);
  }
}

/** Builds the program as users have it, where PROGRAM does not name one. */
function provideProgram(): () => void {
  if (process.env['PROGRAM'] !== undefined) return () => undefined;
  const cache = new URL('../../.cache', import.meta.url).pathname;
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'program-'));
  process.env['PROGRAM'] = buildProgram(folder);
  return () => { rmSync(folder, { recursive: true }); };
}
