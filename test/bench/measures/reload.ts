import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import { heldValues } from '../limits.ts';

/** How many manifest files the daemon opens once one of them was saved. */
export const reload: Measure = {
  name: 'reload',
  title: 'files read again after one was saved',
  seconds: 15,
  async run(bench) {
    const { fleet, sizes } = bench;
    await fleet.growTo(sizes.fleet);
    await fleet.stopWatch();
    // No full pass comes in between, which would read what was saved before.
    const watching = await fleet.instance.watch('--resync', '1h');
    const { pid } = watching;
    await pause(2000);
    const saver = bench.floors.ask('await', '30000');
    const [from, list] = [join(bench.folder, 'reload.yaml'), join(bench.folder, 'reload.held')];
    const log = join(bench.folder, 'reload.trace');
    const values: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const name = fleet.names[round] ?? '';
      const most = 70 + round;
      writeFileSync(from, fleet.textOf({ name, resources: `{pids: {max: ${most}}}` }));
      writeFileSync(list, `${pidsFile(fleet.instance.cgroup(name), bench.unified)}\t${most}\n`);
      const tracer = bench.children.start(['strace', '-f', '-e', 'trace=openat,open', '-o', log, '-p', String(pid)]);
      await tracer.until(/attached/);
      await pause(200);
      if (Number(await saver.answer(['save', from, fleet.fileOf(name), list].join('\t'))) < 0) throw new Error('a saved manifest did not come to the kernel within 30 s');
      // Whatever else it would read because of the save.
      await pause(1000);
      await tracer.stop('SIGINT');
      values.push(openedBelow(fleet.instance.manifests, readFileSync(log, 'utf8')));
    }
    await saver.close();
    await watching.stop();
    bench.add({ id: 'reload.files', title: `manifest files opened once one of ${sizes.fleet} was saved`, unit: 'files', values });
  },
};

function pidsFile(cgroup: string, unified: boolean): string {
  return heldValues(cgroup, 0, unified).find(({ path }) => path.endsWith('/pids.max'))?.path ?? '';
}

function openedBelow(folder: string, log: string): number {
  return log.split('\n').filter((line) => line.includes(`"${folder}/`) && line.includes('.yaml"') && !line.includes('O_DIRECTORY')).length;
}
