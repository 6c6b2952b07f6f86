import { join } from 'node:path';
import type { Bench, Measure } from '../bench-context.ts';
import { manifest } from '../manifest.ts';

/** How long the program takes to begin, against node with nothing to do. */
export const start: Measure = {
  name: 'start',
  title: '--version and the plan of one file',
  seconds: 25,
  async run(bench) {
    const instance = bench.instance('start');
    instance.write('one.yaml', manifest({ name: 'one' }));
    await instance.apply();
    const node = [process.execPath, '-e', '0'];
    await inTurns(bench, { id: 'start.version', title: '`reconcile --version`', command: [...bench.program, '--version'], floor: node });
    const plan = [...bench.program, 'plan', ...instance.flags, join(instance.manifests, 'one.yaml')];
    await inTurns(bench, { id: 'start.plan', title: '`reconcile plan` of one file, its container running', command: plan, floor: node });
    await instance.destroy();
  },
};

interface Turn {
  readonly id: string;
  readonly title: string;
  readonly command: readonly string[];
  readonly floor: readonly string[];
}

async function inTurns({ children, sizes, add }: Bench, { id, title, command, floor }: Turn): Promise<void> {
  const [values, floors]: [number[], number[]] = [[], []];
  await children.run(command);
  for (let turn = 0; turn < sizes.turns; turn += 1) {
    values.push((await children.run(command)).ms);
    floors.push((await children.run(floor)).ms);
  }
  add({ id, title, unit: 'ms', values, against: { title: '`node -e 0`', values: floors, inPairs: true } });
}
