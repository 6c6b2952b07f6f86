import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import type { Entry } from '../entry.ts';
import { thinned } from '../statistics.ts';
import { openImage } from '../peers/image.ts';
import { openRuntimeFloor } from '../peers/runtime.ts';

/** Another program's delays while the whole fleet starts, while it is alone, and while a C loop starts containers. */
export const latency: Measure = {
  name: 'latency',
  title: 'another program while containers start',
  seconds: 60,
  async run(bench) {
    const { fleet, sizes, options } = bench;
    const probe = bench.floors.ask('latency');
    const during = async (act: () => Promise<unknown>): Promise<number[]> => {
      probe.tell('go');
      await act();
      return JSON.parse(await probe.answer('stop')) as number[];
    };
    const alone = await during(() => pause(5000));
    const meanwhile: number[] = [];
    await fleet.growTo(sizes.fleet, async (apply) => { meanwhile.push(...(await during(apply))); });
    const { runtime } = await openImage(bench);
    const floor = await openRuntimeFloor(bench, { runtime: runtime === 'crun' ? 'crun' : 'runc', monitored: true, writable: false, atOnce: options.concurrency });
    const atFloor = await during(() => floor.create(sizes.batch));
    await floor.destroy(sizes.batch);
    await probe.close();
    const title = 'how late a turn of 1 ms of sleep and some work is';
    bench.add({ id: 'latency.alone', title: `${title}: on this machine alone`, ...kept(alone) });
    if (meanwhile.length > 0) bench.add({ id: 'latency', title: `${title}: while ${sizes.fleet} start`, ...kept(meanwhile) });
    bench.add({ id: 'latency.floor', title: `${title}: while ${floor.title} starts ${sizes.batch}`, ...kept(atFloor) });
  },
};

const most = 2000;

function kept(turns: readonly number[]): Pick<Entry, 'unit' | 'values' | 'note'> {
  const note = `of ${turns.length} turns ${most} are kept, evenly from the sorted ones`;
  return { unit: 'µs', values: thinned(turns, most), ...(turns.length > most ? { note } : {}) };
}
