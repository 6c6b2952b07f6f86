import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench, Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import type { Asked } from '../child.ts';
import { formatCalls, kernelCalls } from '../calls.ts';
import type { Instance } from '../instance.ts';
import { heldValues } from '../limits.ts';
import type { State } from '../limits.ts';
import { manifest } from '../manifest.ts';
import { traceCalls } from '../passes.ts';
import { openDocker } from '../peers/docker.ts';
import { openLxc } from '../peers/lxc.ts';
import { openRuntimeFloor } from '../peers/runtime.ts';

/** Every limit of every container, from the save of one file to the last write; then what others take for one container. */
export const resize: Measure = {
  name: 'resize',
  title: 'resize many containers, all limits',
  seconds: 110,
  async run(bench) {
    const ownMs = await resizeAll(bench);
    const { fleet, slowPeer } = bench.sizes;
    const note = `ours: ${fleet} at once, a container of them; theirs: ${slowPeer}, one after the other, a program for each`;
    const peers: readonly (readonly [string, string, (bench: Bench) => Promise<number[]>])[] = [
      ['resize.docker-update', '`docker update`, under runc', dockerUpdate],
      ['resize.runc-update', '`runc update`', runcUpdate],
      ['resize.lxc-cgroup', '`lxc-cgroup`, one limit', lxcCgroup],
    ];
    for (const [id, title, measure] of peers) {
      await bench.attempt(id, async () => {
        const values = await measure(bench);
        bench.add({ id, title: 'resize, a container', unit: 'ms', values: ownMs.map((ms) => ms / fleet), against: { title, values, inPairs: false }, note });
      });
    }
  },
};

async function resizeAll(bench: Bench): Promise<readonly number[]> {
  const count = bench.sizes.fleet;
  const instance = bench.instance('resize');
  instance.write('web.yaml', manifest({ name: 'web', replicas: count, state: 1 }));
  await instance.apply();
  // Looked at while every limit is as asked: a pass finds nothing to do.
  const calls = kernelCalls(await traceCalls(bench.children, instance, join(bench.folder, 'resize.trace')));
  const list = join(bench.folder, 'resize.calls');
  writeFileSync(list, formatCalls(calls));
  const lists = ([0, 1] as const).map((state) => writeHeld(bench, instance, state));
  const watching = await instance.watch();
  const saver = bench.floors.ask('await', '30000');
  const values: number[] = [];
  for (let round = 0; round < 2 * bench.sizes.rounds; round += 1) {
    values.push(await save(saver, { instance, bench, state: (round % 2) as State, list: lists[round % 2] ?? '' }));
    bench.progress.note(`${round + 1} of ${2 * bench.sizes.rounds} saves`);
    await pause(1500);
  }
  await saver.close();
  await watching.stop();
  const floors = await floorOf(bench, { lists, list, rounds: values.length });
  const note = `${count} containers, ${heldValues('', 0, bench.unified).length} files each; one file of manifests under a running watch`;
  bench.add({ id: 'resize.all', title: 'resize all limits: file saved to last write', unit: 'ms', values, against: { title: 'C: bare writes and one look', values: floors, inPairs: false }, note });
  await instance.destroy();
  return values;
}

function writeHeld(bench: Bench, instance: Instance, state: State): string {
  const path = join(bench.folder, `resize.${state}`);
  const names = Array.from({ length: bench.sizes.fleet }, (_, index) => `web-${index}`);
  const lines = names.flatMap((name) => heldValues(instance.cgroup(name), state, bench.unified).map(({ path: file, value }) => `${file}\t${value}\n`));
  writeFileSync(path, lines.join(''));
  return path;
}

interface Save {
  readonly instance: Instance;
  readonly bench: Bench;
  readonly state: State;
  readonly list: string;
}

async function save(saver: Asked, { instance, bench, state, list }: Save): Promise<number> {
  const [from, to] = [join(bench.folder, 'next.yaml'), join(instance.manifests, 'web.yaml')];
  writeFileSync(from, manifest({ name: 'web', replicas: bench.sizes.fleet, state }));
  const ms = Number(await saver.answer(['save', from, to, list].join('\t')));
  if (ms < 0) throw new Error('a saved manifest did not come to the kernel within 30 s');
  return ms;
}

/** The same writes and one look at everything, each by a loop in C; nobody watches. */
async function floorOf(bench: Bench, { lists, list, rounds }: { readonly lists: readonly string[]; readonly list: string; readonly rounds: number }): Promise<number[]> {
  const [writer, reader] = [bench.floors.ask('write', ...lists), bench.floors.ask('observe', list)];
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const [ms = '', refused = ''] = (await writer.answer(String(round % 2))).split(' ');
    if (refused !== '0') throw new Error(`the kernel refused ${refused} of the bare writes`);
    times.push(Number(ms) + Number(await reader.answer('look')));
  }
  await Promise.all([writer.close(), reader.close()]);
  return times;
}

async function dockerUpdate(bench: Bench): Promise<number[]> {
  const { compose, update } = await openDocker(bench);
  await compose.create(bench.sizes.slowPeer);
  const times = await update(bench.sizes.slowPeer);
  await compose.destroy(bench.sizes.slowPeer);
  return times;
}

async function runcUpdate(bench: Bench): Promise<number[]> {
  const count = bench.sizes.slowPeer;
  const floor = await openRuntimeFloor(bench, { runtime: 'runc', monitored: false, writable: false, atOnce: 2 });
  await floor.create(count);
  const limits = ['--cpu-quota', '50000', '--cpu-period', '100000', '--cpu-share', '512', '--memory', '67108864', '--memory-swap', '100663296', '--pids-limit', '32'];
  const times = await oneByOne(count, (first) => bench.floors.many([['run', ...floor.command, 'update', ...limits, 'c{}']], { count: 1, atOnce: 1, first }));
  await floor.destroy(count);
  return times;
}

async function lxcCgroup(bench: Bench): Promise<number[]> {
  const count = bench.sizes.slowPeer;
  const lxc = await openLxc(bench, 2);
  await lxc.create(count);
  const times = await oneByOne(count, (first) => bench.floors.many([['run', ...lxc.cgroupCommand, 'pids.max', '32']], { count: 1, atOnce: 1, first }));
  await lxc.destroy(count);
  return times;
}

async function oneByOne(count: number, act: (index: number) => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push(await act(index));
  return times;
}
