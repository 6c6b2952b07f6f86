import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { pause } from '../child.ts';
import { openLegacyView } from '../legacy-view.ts';
import { openImage } from './image.ts';
import type { Maker } from './peer.ts';
import { requireProgram } from './peer.ts';

export type RuntimeName = 'crun' | 'runc';

export interface RuntimeFloor extends Maker {
  /** The runtime's program and its --root, to go before a verb. */
  readonly command: readonly string[];
  readonly prefix: readonly string[];
}

export interface FloorOptions {
  readonly runtime: RuntimeName;
  /** Under conmon, as reconcile runs it. */
  readonly monitored: boolean;
  readonly writable: boolean;
  /** Destroying ends as it does for reconcile: no monitor is left, and no file. */
  readonly removes?: boolean;
  readonly atOnce: number;
}

/**
 * The least that a container under this runtime can take: the processes that are needed, started by a loop in C, with
 * the config.json that reconcile writes; a writable one has its overlay by mount(2). Where the host is hybrid, crun
 * runs in a mount namespace that does not show the unified hierarchy.
 */
export async function openRuntimeFloor(bench: Bench, options: FloorOptions): Promise<RuntimeFloor> {
  const { runtime, monitored, writable, removes = false, atOnce } = options;
  bench.floors.path('many');
  const program = requireProgram(runtime);
  const name = `${runtime}${monitored ? '-conmon' : ''}${writable ? '-writable' : ''}${removes ? '-removed' : ''}`;
  const layers = join(bench.folder, name);
  const [bundles, state, exits] = ['bundles', 'state', 'exits'].map((part) => join(bench.runFolder, name, part)) as [string, string, string];
  const image = await openImage(bench);
  const prefix = runtime === 'crun' ? await openLegacyView(bench) : [];
  const command = [program, `--root=${state}`];
  const [bundle, layer] = [join(bundles, '{}'), join(layers, '{}')];
  const overlay = writable ? [['overlay', image.rootfs, `${layer}/upper`, `${layer}/work`, `${bundle}/rootfs`]] : [];
  const create = monitored ? ['monitor', bundle, requireProgram('conmon'), ...conmonArgs({ program, state, bundle, exits })] : ['run', ...command, 'create', '--bundle', bundle, '--pid-file', `${bundle}/pid`, 'c{}'];
  for (const path of [bundles, state, exits, layers]) mkdirSync(path, { recursive: true });

  const prepare = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const at = join(bundles, String(index));
      const root = writable ? join(at, 'rootfs') : image.rootfs;
      mkdirSync(join(at, 'rootfs'), { recursive: true });
      if (writable) mkdirSync(join(layers, String(index)), { recursive: true });
      writeFileSync(join(at, 'config.json'), image.configOf({ name: `c${index}`, cgroup: `${bench.prefix}-${name}/c${index}`, root, writable }));
    }
  };
  const maker: RuntimeFloor = {
    title: `${monitored ? 'conmon and ' : ''}${runtime}${removes ? ', and their files gone' : ''}, C loop`,
    command,
    prefix,
    async create(count) {
      prepare(count);
      const ms = await bench.floors.many([...overlay, create, ['run', ...command, 'start', 'c{}']], { count, atOnce, prefix });
      for (let index = 0; index < count; index += 1) await requireRunning(join(bundles, String(index)));
      return ms;
    },
    async destroy(count) {
      const release = [...(writable ? [['umount', `${bundle}/rootfs`]] : []), ...(removes ? [['gone', `${bundle}/conmon.pid`], ['remove', bundle], ...(writable ? [['remove', layer]] : [])] : [])];
      const ms = await bench.floors.many([['kill', `${bundle}/pid`], ['run', ...command, 'delete', '-f', 'c{}'], ...release], { count, atOnce, prefix });
      // The monitors write the exit files of their containers into what goes next.
      await pause(300);
      for (const path of [bundles, layers]) rmSync(path, { recursive: true, force: true });
      return ms;
    },
  };
  bench.defer(async () => {
    await bench.floors.many([['try', ...command, 'delete', '-f', 'c{}'], ...(writable ? [['try', 'umount', `${bundle}/rootfs`]] : [])], { count: bench.sizes.batch, atOnce, prefix });
  });
  return maker;
}

/** A started process takes its name once it has executed its program. */
async function requireRunning(bundle: string): Promise<void> {
  const comm = `/proc/${readFileSync(join(bundle, 'pid'), 'utf8')}/comm`;
  for (let tries = 0; readFileSync(comm, 'utf8').trim() !== 'busybox'; tries += 1) {
    if (tries > 100) throw new Error(`${bundle}: its process did not start its program`);
    await pause(10);
  }
}

/** As src/host/runtime/conmon.ts calls it. */
function conmonArgs({ program, state, bundle, exits }: { readonly program: string; readonly state: string; readonly bundle: string; readonly exits: string }): string[] {
  return [
    ...['--cid', 'c{}', '--cuuid', 'c{}', '--name', 'c{}', '--runtime', program, `--runtime-arg=--root=${state}`, '--bundle', bundle],
    ...['--container-pidfile', `${bundle}/pid`, '--conmon-pidfile', `${bundle}/conmon.pid`, '--log-path', `k8s-file:${bundle}/log`],
    ...['--log-size-max', '16777216', '--exit-dir', exits, '--no-sync-log', '--full-attach'],
  ];
}
