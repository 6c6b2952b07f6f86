import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';

/** How many manifest files the daemon opens once one of them was saved. */
export const reload: Measure = {
  name: 'reload',
  title: 'files read again after one was saved',
  seconds: 15,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    const { pid } = await fleet.watch();
    await pause(2000);
    const log = join(bench.folder, 'reload.trace');
    const values: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const name = fleet.names[round] ?? '';
      const from = join(bench.folder, 'reload.yaml');
      writeFileSync(from, fleet.textOf({ name, resources: `{cpu: {max: 1.${round + 1}}, memory: {max: 96Mi, swap: {max: 32Mi}}, pids: {max: 64}}` }));
      const tracer = bench.children.start(['strace', '-f', '-e', 'trace=openat,open', '-o', log, '-p', String(pid)]);
      await tracer.until(/attached/);
      await pause(200);
      renameSync(from, fleet.fileOf(name));
      await pause(2000);
      await tracer.stop('SIGINT');
      values.push(openedBelow(fleet.instance.manifests, readFileSync(log, 'utf8')));
    }
    bench.add({ id: 'reload.files', title: `manifest files opened once one of ${sizes.fleet} was saved`, unit: 'files', values });
  },
};

function openedBelow(folder: string, log: string): number {
  return log.split('\n').filter((line) => line.includes(`"${folder}/`) && line.includes('.yaml"') && !line.includes('O_DIRECTORY')).length;
}
