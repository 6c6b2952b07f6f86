import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatCalls, kernelCalls } from '../calls.ts';
import type { Bench, Measure } from '../bench-context.ts';
import { askPasses, traceCalls } from '../passes.ts';

/** Observe, compare and plan with nothing to do, against the same calls for kernel files in C. */
export const pass: Measure = {
  name: 'pass',
  title: 'a pass with nothing to do',
  seconds: 40,
  async run(bench) {
    const { fleet, sizes, children, floors } = bench;
    await fleet.growTo(sizes.fleet);
    const calls = await traceCalls(children, fleet.instance, join(bench.folder, 'pass.trace'));
    const ofKernel = kernelCalls(calls);
    const readers = [ofKernel, calls].map((each, index) => floors.ask('observe', listFor(bench, `pass.${index}`, formatCalls(each))));
    const passes = askPasses(children, fleet.instance);
    const times: [number[], number[], number[]] = [[], [], []];
    for (let warm = 0; warm < 5; warm += 1) await passes.next();
    for (let turn = 0; turn < sizes.turns; turn += 1) {
      times[0].push(await passes.next());
      for (const [index, reader] of readers.entries()) times[index + 1]?.push(Number(await reader.answer('look')));
    }
    await Promise.all([passes.close(), ...readers.map((reader) => reader.close())]);
    const each = (count: number): string => (count / sizes.fleet).toFixed(1);
    const title = `a pass over ${sizes.fleet}: observe, diff, plan`;
    bench.add({ id: 'pass', title, unit: 'ms', values: times[0], against: { title: 'C, the same cgroup and proc files', values: times[1], inPairs: true }, note: `as a watch makes it, again and again in one process; ${each(ofKernel.length)} files a container` });
    bench.add({ id: 'pass.all-files', title, unit: 'ms', values: times[0], against: { title: 'C, also what the bundles hold', values: times[2], inPairs: true }, note: `${each(calls.length)} files a container` });
  },
};

function listFor(bench: Bench, name: string, text: string): string {
  const path = join(bench.folder, name);
  writeFileSync(path, text);
  return path;
}
