import type { Bench, Measure } from '../bench-context.ts';
import { pause } from '../child.ts';
import type { Instance } from '../instance.ts';
import { manifest } from '../manifest.ts';
import { openImage } from '../peers/image.ts';
import { openLxc } from '../peers/lxc.ts';
import type { Maker } from '../peers/peer.ts';
import { openRuntimeFloor } from '../peers/runtime.ts';
import type { RuntimeName } from '../peers/runtime.ts';

/** Manifest to all running, and gone again, in turns with the least that either can take. */
export const create: Measure = {
  name: 'create',
  title: 'create and destroy many containers',
  seconds: 260,
  async run(bench) {
    for (const kind of ['readonly', 'writable'] as const) await compare(bench, kind);
  },
};

type Kind = 'readonly' | 'writable';

async function compare(bench: Bench, kind: Kind): Promise<void> {
  const { sizes, options: { concurrency } } = bench;
  const instance = bench.instance(kind);
  const rivals = await openRivals(bench, kind);
  const own: Times = { created: [], destroyed: [] };
  const others = new Map<string, Times>(rivals.map(([name]) => [name, { created: [], destroyed: [] }]));
  for (let round = 0; round < sizes.rounds; round += 1) {
    await takeOwn(instance, own, { kind, count: sizes.batch });
    for (const [name, maker] of rivals) {
      const times = others.get(name);
      if (times !== undefined) await bench.attempt(`create.${kind}.${name}`, () => take(maker, times, sizes.batch));
    }
    bench.progress.note(`${kind}: round ${round + 1} of ${sizes.rounds}, ${sizes.batch} in ${((own.created.at(-1) ?? 0) / 1000).toFixed(1)} s`);
  }
  const words = `a ${kind === 'readonly' ? 'read-only' : 'writable'} root filesystem`;
  const measured = rivals.filter(([name]) => others.get(name)?.created.length === own.created.length);
  for (const [verb, part] of [['create', 'created'], ['destroy', 'destroyed']] as const) {
    const entry = { title: `${verb} ${sizes.batch}, ${words}`, unit: 'ms', values: own[part] } as const;
    if (measured.length === 0) bench.add({ id: `${verb}.${kind}`, ...entry });
    for (const [name, maker] of measured) {
      // It creates as the floor does.
      if (name === 'removed' && verb === 'create') continue;
      const against = { title: `${maker.title}, ${concurrency} at once`, values: others.get(name)?.[part] ?? [], inPairs: true };
      const id = `${verb}.${kind}.${name}`;
      bench.add({ id, ...entry, against, ...noteOf(id, maker) });
    }
  }
}

function noteOf(id: string, { note }: Maker): { readonly note?: string } {
  if (/^destroy\..*\.floor$/.test(id)) return { note: "the runtime's own delete, of containers with a monitor, as ours are; it waits for neither its end nor files" };
  return note === undefined ? {} : { note };
}

/** The kernel goes on tidying up after those that were destroyed before. */
const settleMs = 1000;

export interface Times {
  readonly created: number[];
  readonly destroyed: number[];
}

/** The runtime that reconcile took is the floor; the other one is for comparison. */
async function openRivals(bench: Bench, kind: Kind): Promise<[name: string, maker: Maker][]> {
  const rivals: [string, Maker][] = [];
  const { runtime } = await openImage(bench);
  const atOnce = bench.options.concurrency;
  const tryOpen = (name: string, open: () => Promise<Maker>): Promise<void> => bench.attempt(`create.${kind}.${name}`, async () => { rivals.push([name, await open()]); });
  const writable = kind === 'writable';
  for (const each of ['runc', 'crun'] as const satisfies readonly RuntimeName[]) {
    await tryOpen(each === runtime ? 'floor' : each, () => openRuntimeFloor(bench, { runtime: each, monitored: true, writable, atOnce }));
    if (each === runtime) await tryOpen('removed', () => openRuntimeFloor(bench, { runtime: each, monitored: true, writable, removes: true, atOnce }));
    if (!writable) await tryOpen(`bare-${each}`, () => openRuntimeFloor(bench, { runtime: each, monitored: false, writable, atOnce }));
  }
  await tryOpen('lxc', () => openLxc(bench, atOnce));
  return rivals;
}

async function takeOwn(instance: Instance, times: Times, { kind, count }: { readonly kind: Kind; readonly count: number }): Promise<void> {
  instance.write('web.yaml', manifest({ name: 'web', replicas: count, readonly: kind === 'readonly' }));
  await pause(settleMs);
  times.created.push((await instance.apply()).ms);
  times.destroyed.push((await instance.destroy()).ms);
}

/** Creates and destroys once, and notes how long each took. */
export async function take(maker: Maker, times: Times, count: number): Promise<void> {
  await pause(settleMs);
  const created = await maker.create(count);
  times.destroyed.push(await maker.destroy(count));
  times.created.push(created);
}
