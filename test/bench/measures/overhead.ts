import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import { monitorMegabytes, pssMegabytes } from '../memory.ts';

/** The memory that a container takes outside its own cgroup: its monitor, and its part of the daemon. */
export const overhead: Measure = {
  name: 'overhead',
  title: 'memory outside the cgroup',
  seconds: 10,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    const { pid } = await fleet.watch();
    await pause(2000);
    const monitor = monitorMegabytes(fleet.instance, fleet.names);
    const daemon = pssMegabytes(pid);
    const note = `monitor ${monitor.toFixed(2)} MB, daemon ${daemon.toFixed(0)} MB for all; proportional share of memory`;
    bench.add({ id: 'overhead.memory', title: 'memory outside its cgroup, a container', unit: 'MB', values: [monitor + daemon / sizes.fleet], note });
  },
};
