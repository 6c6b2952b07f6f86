import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import type { Asked } from '../child.ts';
import { heldValues } from '../limits.ts';
import { blocks, takeInTurns } from '../turns.ts';

/** Somebody else writes a limit; until the file holds what the manifest asks. In turns with a bare loop in node. */
export const drift: Measure = {
  name: 'drift',
  title: 'a foreign write to healed',
  seconds: 60,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    const list = writeHeld(bench);
    const writer = bench.floors.ask('await', '10000');
    const count = Math.ceil(sizes.foreignWrites / blocks);
    const firsts: number[] = [];
    const { values, floors } = await takeInTurns(bench, {
      probe: ['heal', list],
      take: (block) => writeForeign(bench, writer, { from: block * count, count }),
      warm: async (block) => { firsts.push(...(await writeForeign(bench, writer, { from: sizes.fleet - 1 - block, count: 1 }))); },
      said: (taken) => `${taken} of ${sizes.foreignWrites} foreign writes healed`,
    });
    await writer.close();
    const note = 'a container each time; the fastest way to notice: read, compare, write back in one node process';
    bench.add({ id: 'drift', title: `drift, ${sizes.fleet} running: foreign write to healed`, unit: 'ms', values, against: { title: 'bare node loop', values: floors, inPairs: false }, note });
    bench.add({ id: 'drift.first', title: 'the first such write after a watch began', unit: 'ms', values: firsts, note: 'code that has not run yet' });
  },
};

/** What every limit file holds now, for the bare loop. */
function writeHeld({ fleet, folder, unified }: Bench): string {
  const files = fleet.names.flatMap((name) => heldValues(fleet.instance.cgroup(name), 0, unified));
  const path = join(folder, 'drift.held');
  writeFileSync(path, files.map(({ path: file }) => `${file}\t${readFileSync(file, 'utf8').trim()}\n`).join(''));
  return path;
}

/** Writes to one container after the other: none is written so often that healing backs off. */
async function writeForeign({ fleet, sizes, unified }: Bench, writer: Asked, { from, count }: { readonly from: number; readonly count: number }): Promise<number[]> {
  const times: number[] = [];
  for (let index = from; index < from + count; index += 1) {
    const name = fleet.names[index % sizes.fleet] ?? '';
    const files = heldValues(fleet.instance.cgroup(name), 0, unified);
    const file = files[index % files.length];
    if (file === undefined) continue;
    const held = readFileSync(file.path, 'utf8').trim();
    const ms = Number(await writer.answer(['write', file.path, file.foreign, held].join('\t')));
    if (ms < 0) throw new Error(`${file.path} was not healed within 10 s`);
    times.push(ms);
    await pause(30);
  }
  return times;
}
