import { parseArgs } from 'node:util';
import { live } from './life.ts';

/*
 * npm run test:sim -- [--seeds N] [--from SEED] [--story]: lives of a host by the seeds from SEED on, N of them, such as
 * 1e6. Says on stderr how far it is. Ends with status 1 where something happened that must not, and says by which seed
 * and how to see it again.
 */

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '10000' }, from: { type: 'string', default: '0' }, story: { type: 'boolean', default: false } },
});
const [count, from] = [Number(values.seeds), Number(values.from)];
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(from) || from < 0) {
  console.error('usage: npm run test:sim -- [--seeds N] [--from SEED] [--story]');
  process.exit(2);
}

const startedMs = performance.now();
/** A line each so often says how far it is. */
const toldEveryMs = 10_000;
let toldMs = startedMs;
let [passes, failed] = [0, 0];
for (let seed = from; seed < from + count; seed += 1) {
  const nowMs = performance.now();
  if (nowMs - toldMs >= toldEveryMs) {
    const done = seed - from;
    const rate = done / ((nowMs - startedMs) / 1000);
    console.error(`${done} of ${count} lives, ${failed} failed, ${rate.toFixed(0)} a second, ${Math.ceil((count - done) / rate)} s to go`);
    toldMs = nowMs;
  }
  const life = await live({ seed }).catch((error: unknown) => ({ violations: [String(error)], story: [], passes: 0 }));
  passes += life.passes;
  if (values.story) console.log(life.story.join('\n'));
  if (life.violations.length === 0) continue;
  failed += 1;
  console.log(`seed ${seed}: ${life.violations.join('; ')}\n  npm run test:sim -- --from ${seed} --seeds 1 --story`);
}
console.log(`${count} lives, ${passes} passes, ${failed} failed, ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
process.exitCode = failed === 0 ? 0 : 1;
