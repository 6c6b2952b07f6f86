import type { Measure } from '../bench-context.ts';
import { manifest } from '../manifest.ts';
import { monitorMegabytes } from '../memory.ts';
import { bootGuests } from '../peers/qemu.ts';

/** A container against a virtual machine that does as little. */
export const guest: Measure = {
  name: 'guest',
  title: 'a container against a virtual machine',
  seconds: 60,
  async run(bench) {
    await bench.attempt('guest', async () => {
      const count = Math.min(bench.sizes.rounds, 3);
      const guests = await bootGuests(bench, count);
      const instance = bench.instance('guest');
      const [times, memory]: [number[], number[]] = [[], []];
      for (let turn = 0; turn < count; turn += 1) {
        instance.write('one.yaml', manifest({ name: 'one' }));
        times.push((await instance.apply()).ms);
        memory.push(monitorMegabytes(instance, ['one']));
        await instance.destroy();
      }
      const note = 'qemu under software emulation unless VM_ACCEL says otherwise, Debian’s kernel and busybox alone';
      bench.add({ id: 'guest.start', title: 'one container: `reconcile apply` from nothing to running', unit: 'ms', values: times, against: { title: 'qemu guest to its first process', values: guests.map(({ startMs }) => startMs), inPairs: false }, note });
      bench.add({ id: 'guest.memory', title: 'memory of its monitor', unit: 'MB', values: memory, against: { title: 'memory of qemu', values: guests.map(({ megabytes }) => megabytes), inPairs: false } });
    });
  },
};
