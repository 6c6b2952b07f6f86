import { join } from 'node:path';
import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import { openImage } from '../peers/image.ts';
import { openRuntimeFloor } from '../peers/runtime.ts';

/** The shortest that a manifest can ask for. */
const backoffMs = 10;

/** A process is killed, a container each time, until another one runs in its place; in turns with one create at the floor. */
export const restart: Measure = {
  name: 'restart',
  title: 'a killed process to running again',
  seconds: 30,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    await fleet.watch();
    await pause(1000);
    const { runtime } = await openImage(bench);
    const floor = await openRuntimeFloor(bench, { runtime: runtime === 'crun' ? 'crun' : 'runc', monitored: true, writable: false, atOnce: 1 });
    const killer = bench.floors.ask('await', '10000');
    const [values, floors]: [number[], number[]] = [[], []];
    for (let turn = 0; turn < sizes.kills; turn += 1) {
      const name = fleet.names[sizes.fleet - 1 - turn] ?? '';
      const procs = join('/sys/fs/cgroup', bench.unified ? '' : 'pids', fleet.instance.cgroup(name), 'cgroup.procs');
      const ms = Number(await killer.answer(['kill', String(fleet.instance.pidOf(name)), procs, 'busybox'].join('\t')));
      if (ms < 0) throw new Error(`${name} does not run again within 10 s`);
      values.push(ms - backoffMs);
      await pause(300);
      floors.push(await floor.create(1));
      await floor.destroy(1);
    }
    await killer.close();
    const note = `the back-off of ${backoffMs} ms is taken off`;
    bench.add({ id: 'restart', title: `killed to running again, ${sizes.fleet} running`, unit: 'ms', values, against: { title: `one create: ${floor.title}`, values: floors, inPairs: true }, note });
  },
};
