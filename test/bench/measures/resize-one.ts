import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import type { Asked } from '../child.ts';
import { heldValues } from '../limits.ts';
import type { State } from '../limits.ts';
import { blocks, takeInTurns } from '../turns.ts';

/** One file of many is saved, each time another, until all its limits are in the kernel. In turns with a bare loop in node. */
export const resizeOne: Measure = {
  name: 'resize-one',
  title: 'resize one of many',
  seconds: 80,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    const saver = bench.floors.ask('await', '10000');
    const save = openSaves(bench, saver);
    const firsts: number[] = [];
    const { manifests, parent } = fleet.instance;
    const { values, floors } = await takeInTurns(bench, {
      probe: ['resize', manifests, parent, bench.unified ? 'unified' : 'other'],
      take: () => save(sizes.saves / blocks),
      warm: async () => { firsts.push(...(await save(1))); },
      said: (taken) => `${taken} of ${sizes.saves} files saved`,
    });
    await saver.close();
    const note = 'the least that it can take: one node process that hears of the file, parses it, looks at five limits and writes them';
    bench.add({ id: 'resize.one', title: `resize one of ${sizes.fleet}: file saved to last write`, unit: 'ms', values, against: { title: 'bare node loop', values: floors, inPairs: false }, note });
    bench.add({ id: 'resize.first', title: 'the first such save after a watch began', unit: 'ms', values: firsts, note: 'code that has not run yet' });
  },
};

/** Saves so many files, one after another, each time those that were saved longest ago; gives how long each took, in milliseconds. */
function openSaves({ fleet, sizes, folder, unified }: Bench, saver: Asked): (count: number) => Promise<number[]> {
  const [from, list] = [join(folder, 'one.yaml'), join(folder, 'one.held')];
  const states = new Map<string, State>();
  let saved = 0;
  return async (count) => {
    const times: number[] = [];
    for (let index = 0; index < count; index += 1) {
      const name = fleet.names[(saved * 7) % sizes.fleet] ?? '';
      saved += 1;
      const state = states.get(name) === 1 ? 0 : 1;
      states.set(name, state);
      writeFileSync(from, fleet.textOf({ name, state }));
      writeFileSync(list, heldValues(fleet.instance.cgroup(name), state, unified).map(({ path, value }) => `${path}\t${value}\n`).join(''));
      times.push(await answered(saver.answer(['save', from, fleet.fileOf(name), list].join('\t'))));
      await pause(150);
    }
    return times;
  };
}

async function answered(answer: Promise<string>): Promise<number> {
  const ms = Number(await answer);
  if (ms < 0) throw new Error('a saved manifest did not come to the kernel within 10 s');
  return ms;
}
