import type { Bench, Measure } from '../bench-context.ts';
import type { Entry } from '../entry.ts';
import type { Stage } from '../fleet.ts';
import { openImage } from '../peers/image.ts';
import { openRuntimeFloor } from '../peers/runtime.ts';
import { median } from '../statistics.ts';
import { take } from './create.ts';
import type { Times } from './create.ts';

/** Time and memory a container as the fleet grows: the largest fleet against whichever did best. */
export const growth: Measure = {
  name: 'growth',
  title: 'growth to the largest fleet',
  seconds: 150,
  async run(bench) {
    const { fleet, sizes } = bench;
    const alone = await floorAlone(bench);
    await fleet.growTo(sizes.stages.at(-1) ?? sizes.fleet);
    await addFloor(bench, alone);
    const stages = fleet.stages.filter(({ size }) => sizes.stages.includes(size));
    addRatio(bench, { id: 'growth.create', title: 'create, a container', unit: 'ms', stages, value: (stage) => [stage.createMs] });
    addRatio(bench, { id: 'growth.pass', title: 'a pass, a container', unit: 'ms', stages, value: ({ passesMs }) => passesMs });
    addRatio(bench, { id: 'growth.memory', title: 'memory of monitor and cgroup, a container', unit: 'MB', stages, value: ({ megabytes }) => [megabytes] });
    addRatio(bench, { id: 'cold-plan.linear', title: '`reconcile plan`, a file', unit: 'ms', stages, from: sizes.fleet / 4, value: ({ plansMs, size }) => plansMs.map((ms) => ms / size) });
  },
};

/** Milliseconds in which the floor makes a batch while nothing else runs: as an earlier measure found them, else taken now. */
async function floorAlone(bench: Bench): Promise<readonly number[]> {
  return bench.found('create.readonly.floor')?.against?.values ?? (bench.fleet.names.length === 0 ? floorTimes(bench) : []);
}

/** What the kernel and the runtime alone take more for a container where many others run. */
async function addFloor(bench: Bench, alone: readonly number[]): Promise<void> {
  await bench.attempt('growth.floor', async () => {
    const beside = await floorTimes(bench);
    const each = (times: readonly number[]): number[] => times.map((ms) => ms / bench.sizes.batch);
    const count = bench.fleet.names.length;
    bench.add({ id: 'growth.floor', title: `the floor of a create, beside ${count}`, unit: 'ms', values: each(beside), ...(alone.length === 0 ? {} : { against: { title: 'beside none', values: each(alone), inPairs: false } }) });
  });
}

const floorTurns = 3;

async function floorTimes(bench: Bench): Promise<number[]> {
  const { runtime } = await openImage(bench);
  const floor = await openRuntimeFloor(bench, { runtime: runtime === 'crun' ? 'crun' : 'runc', monitored: true, writable: false, atOnce: bench.options.concurrency });
  const times: Times = { created: [], destroyed: [] };
  for (let turn = 0; turn < floorTurns; turn += 1) await take(floor, times, bench.sizes.batch);
  return times.created;
}

interface Row extends Pick<Entry, 'id' | 'title' | 'unit'> {
  readonly stages: readonly Stage[];
  /** The smallest stage that is held against; absent: any. */
  readonly from?: number;
  value(stage: Stage): readonly number[];
}

/** The largest fleet beside the best of the smaller ones: the smallest take most, as what is needed once is divided among few. */
function addRatio(bench: Bench, { id, title, unit, stages, from = 0, value }: Row): void {
  const [last, ...others] = stages.toReversed();
  const best = others.filter(({ size }) => size >= from).toSorted((one, other) => median(value(one)) - median(value(other)))[0];
  if (best === undefined || last === undefined) return;
  const medians = stages.map((stage) => median(value(stage)));
  const note = [
    stages.map(({ size }, index) => `${size}: ${medians[index]?.toPrecision(3)}`).join(', '),
    `the worst is ${(Math.max(...medians) / Math.min(...medians)).toPrecision(3)} times the best`,
    ...(from === 0 ? [] : [`those below ${from} are not judged`]),
  ].join('; ');
  bench.add({ id, title: `${title}, at ${last.size}`, unit, values: value(last), against: { title: `at ${best.size}, the best`, values: value(best), inPairs: false }, note });
}
