import type { Measure } from '../bench-context.ts';

/** `reconcile plan` of many files with nothing to do, and how it grows with their number. */
export const coldPlan: Measure = {
  name: 'cold-plan',
  title: 'plan of many files',
  seconds: 15,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    const { instance } = fleet;
    const values: number[] = [];
    for (let turn = 0; turn < sizes.rounds * 2; turn += 1) values.push((await instance.run('plan', instance.manifests)).ms);
    bench.add({ id: 'cold-plan', title: `\`reconcile plan\` of ${sizes.fleet} files, nothing to do`, unit: 'ms', values });
  },
};
