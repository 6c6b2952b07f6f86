import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openSource } from '../../../src/commands/sources.ts';
import { openHost } from '../../../src/host/host.ts';
import { load, openPlanner } from '../../../src/reconcile.ts';
import { passMark } from '../calls.ts';

/*
 * pass.ts ROOT DATA PARENT PATH: for each line on stdin observes, compares and plans once, as a watch does, which
 * remembers what was, and prints how many milliseconds that took, or what there would be to do.
 */

const [root = '', data = '', cgroupParent = '', path = ''] = process.argv.slice(2);
const host = await openHost({ root, data, cgroupParent, runtime: 'auto' });
const { desired } = await load(await openSource([path]));
const plan = openPlanner(host);

createInterface({ input: process.stdin }).on('line', () => {
  existsSync(passMark);
  const began = performance.now();
  const { changes } = plan(desired, {}).plan;
  const ms = performance.now() - began;
  const due = changes.filter(({ action }) => action !== 'none');
  console.log(due.length === 0 ? ms.toFixed(4) : `${due.length} changes, such as ${JSON.stringify(due[0]).slice(0, 300)}`);
});
