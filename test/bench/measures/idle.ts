import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import { cpuMs, rssMegabytes } from '../memory.ts';
import { slope } from '../statistics.ts';

/** What a few pages more or less in a shorter time come to in an hour says nothing. */
const leastGrowthSeconds = 1_800;

/** The daemon while nothing happens, over several of its full passes. */
export const idle: Measure = {
  name: 'idle',
  title: 'the daemon with nothing to do',
  seconds: 340,
  async run(bench) {
    const { fleet, sizes, options } = bench;
    await fleet.growTo(sizes.fleet);
    await fleet.stopWatch();
    const { pid } = await fleet.watch();
    // The first full pass after the start compiles what all the later ones run.
    await pause(Math.min(35, sizes.idleSeconds) * 1000);
    const seconds = options.idleMinutes === undefined ? sizes.idleSeconds : options.idleMinutes * 60;
    const [beganMs, beganCpuMs] = [performance.now(), cpuMs(pid)];
    const memory: [hours: number, megabytes: number][] = [];
    for (let passed = 0; passed < seconds; passed = (performance.now() - beganMs) / 1000) {
      memory.push([passed / 3600, rssMegabytes(pid)]);
      await pause(Math.min(5000, (seconds - passed) * 1000 + 1));
    }
    const share = ((cpuMs(pid) - beganCpuMs) / (performance.now() - beganMs)) * 100;
    const note = `${Math.round(seconds)} s, a full pass as often as it may by its share of a CPU`;
    bench.add({ id: 'idle.cpu', title: `idle daemon, ${sizes.fleet} running: share of one CPU`, unit: '%', values: [share], note });
    bench.add({ id: 'idle.rss', title: 'idle daemon: resident memory', unit: 'MB', values: memory.map(([, megabytes]) => megabytes) });
    await bench.attempt('idle.growth', async () => {
      if (seconds < leastGrowthSeconds) throw new Error('growth in an hour is not told by minutes: --idle-minutes 60');
      const settled = memory.slice(Math.floor(memory.length / 4));
      bench.add({ id: 'idle.growth', title: 'idle daemon: growth of it', unit: 'MB/h', values: [slope(settled)], note: 'by least squares, without the first quarter' });
    });
  },
};
