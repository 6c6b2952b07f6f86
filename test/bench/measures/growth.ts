import type { Bench, Measure } from '../bench-context.ts';
import type { Entry } from '../entry.ts';
import type { Stage } from '../fleet.ts';
import { median } from '../statistics.ts';

/** Time and memory a container as the fleet grows: the largest fleet against whichever did best. */
export const growth: Measure = {
  name: 'growth',
  title: 'growth to the largest fleet',
  seconds: 150,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.stages.at(-1) ?? sizes.fleet);
    const stages = fleet.stages.filter(({ size }) => sizes.stages.includes(size));
    addRatio(bench, { id: 'growth.create', title: 'create, a container', unit: 'ms', stages, value: (stage) => [stage.createMs] });
    addRatio(bench, { id: 'growth.pass', title: 'a pass, a container', unit: 'ms', stages, value: ({ passesMs }) => passesMs });
    addRatio(bench, { id: 'growth.memory', title: 'memory of monitor and cgroup, a container', unit: 'MB', stages, value: ({ megabytes }) => [megabytes] });
    addRatio(bench, { id: 'cold-plan.linear', title: '`reconcile plan`, a file', unit: 'ms', stages: stages.filter(({ size }) => size >= sizes.fleet / 4), value: ({ plansMs, size }) => plansMs.map((ms) => ms / size) });
  },
};

interface Row extends Pick<Entry, 'id' | 'title' | 'unit'> {
  readonly stages: readonly Stage[];
  value(stage: Stage): readonly number[];
}

function addRatio(bench: Bench, { id, title, unit, stages, value }: Row): void {
  const [last, ...others] = stages.toReversed();
  const best = others.toSorted((one, other) => median(value(one)) - median(value(other)))[0];
  if (best === undefined || last === undefined) return;
  const note = stages.map((stage) => `${stage.size}: ${median(value(stage)).toPrecision(3)}`).join(', ');
  bench.add({ id, title: `${title}, at ${last.size}`, unit, values: value(last), against: { title: `at ${best.size}, the best`, values: value(best) }, note });
}
