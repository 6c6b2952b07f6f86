import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import { heldValues } from '../limits.ts';
import type { State } from '../limits.ts';

/** One file of many is saved under a running watch, each time another, until all its limits are in the kernel. */
export const resizeOne: Measure = {
  name: 'resize-one',
  title: 'resize one of many',
  seconds: 40,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    await fleet.watch();
    await pause(1000);
    const saver = bench.floors.ask('await', '10000');
    const [from, list] = [join(bench.folder, 'one.yaml'), join(bench.folder, 'one.held')];
    const values: number[] = [];
    const states = new Map<string, State>();
    for (let index = 0; index < sizes.saves; index += 1) {
      const name = fleet.names[(index * 7) % sizes.fleet] ?? '';
      const state = states.get(name) === 1 ? 0 : 1;
      states.set(name, state);
      writeFileSync(from, fleet.textOf({ name, state }));
      writeFileSync(list, heldValues(fleet.instance.cgroup(name), state, bench.unified).map(({ path, value }) => `${path}\t${value}\n`).join(''));
      values.push(await answered(saver.answer(['save', from, fleet.fileOf(name), list].join('\t'))));
      await pause(150);
    }
    await saver.close();
    bench.add({ id: 'resize.one', title: `resize one of ${sizes.fleet}: file saved to last write`, unit: 'ms', values });
  },
};

async function answered(answer: Promise<string>): Promise<number> {
  const ms = Number(await answer);
  if (ms < 0) throw new Error('a saved manifest did not come to the kernel within 10 s');
  return ms;
}
