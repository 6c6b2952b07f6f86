import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Children, Started } from './child.ts';
import type { Instance } from './instance.ts';
import { manifest } from './manifest.ts';
import type { ManifestOptions } from './manifest.ts';
import { monitorMegabytes } from './memory.ts';
import { askPasses } from './passes.ts';

/** What was measured each time the fleet had grown. */
export interface Stage {
  readonly size: number;
  /** Of the containers that were added, a container. */
  readonly createMs: number;
  /** Observe, diff and plan, a container. */
  readonly passesMs: readonly number[];
  /** A whole `reconcile plan`. */
  readonly plansMs: readonly number[];
  /** Its monitor, and what its cgroup is charged with, a container. */
  readonly megabytes: number;
}

/** Many containers, a manifest file each, that run until the end of the run. */
export interface Fleet {
  readonly instance: Instance;
  readonly stages: readonly Stage[];
  readonly names: readonly string[];
  /**
   * Adds containers until there are `size`, stage by stage.
   * @param around is given each apply to carry it out
   */
  growTo(size: number, around?: Around): Promise<void>;
  /** The one watch over it, started where it is not there. */
  watch(): Promise<Started>;
  stopWatch(): Promise<void>;
  fileOf(name: string): string;
  textOf(options: ManifestOptions): string;
}

export type Around = (apply: () => Promise<void>) => Promise<void>;

export interface FleetOptions {
  readonly open: () => Instance;
  readonly stages: readonly number[];
  readonly children: Children;
  readonly note: (words: string) => void;
}

export function openFleet({ open, stages: sizes, children, note }: FleetOptions): Fleet {
  let opened: Instance | undefined;
  let watching: Started | undefined;
  const stages: Stage[] = [];
  const names: string[] = [];
  const instance = (): Instance => (opened ??= open());

  const stopWatch = async (): Promise<void> => {
    const running = watching;
    watching = undefined;
    await running?.stop();
  };
  const addTo = async (size: number, around: Around): Promise<void> => {
    const added = Array.from({ length: size - names.length }, (_, index) => `c${names.length + index}`);
    for (const name of added) instance().write(`${name}.yaml`, manifest({ name }));
    let ms = 0;
    await around(async () => { ({ ms } = await instance().apply()); });
    names.push(...added);
    const [plansMs, passesMs] = [await timesOfPlan(instance()), await timesOfPass(instance(), children)];
    const megabytes = monitorMegabytes(instance(), names) + chargedMegabytes(instance(), names);
    stages.push({ size, createMs: ms / added.length, passesMs: passesMs.map((each) => each / size), plansMs, megabytes });
    note(`${size} containers run (${(ms / added.length).toFixed(1)} ms each)`);
  };
  return {
    get instance() {
      return instance();
    },
    stages,
    names,
    async growTo(size, around = (apply) => apply()) {
      if (names.length >= size) return;
      await stopWatch();
      for (const stage of [...sizes.filter((each) => each < size), size]) if (stage > names.length) await addTo(stage, around);
    },
    async watch() {
      watching ??= await instance().watch();
      return watching;
    },
    stopWatch,
    fileOf: (name) => join(instance().manifests, `${name}.yaml`),
    textOf: manifest,
  };
}

async function timesOfPlan(instance: Instance): Promise<number[]> {
  const times: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { ms, stdout } = await instance.run('plan', instance.manifests);
    if (!/No changes/.test(stdout)) throw new Error(`the fleet is not as it should be: ${stdout.slice(0, 300)}`);
    times.push(ms);
  }
  return times;
}

async function timesOfPass(instance: Instance, children: Children): Promise<number[]> {
  const passes = askPasses(children, instance);
  const times: number[] = [];
  // The first ones compile what the later ones run.
  for (let turn = 0; turn < 8; turn += 1) times.push(await passes.next());
  await passes.close();
  return times.slice(3);
}

/** What the cgroup of a container is charged with, in the mean of some. */
function chargedMegabytes(instance: Instance, names: readonly string[]): number {
  const some = names.slice(-50);
  const files = ['memory.current', 'memory.usage_in_bytes'];
  const bytes = some.map((name) => {
    const file = files.flatMap((each) => [`/sys/fs/cgroup/${instance.cgroup(name)}/${each}`, `/sys/fs/cgroup/memory/${instance.cgroup(name)}/${each}`]).find((path) => existsSync(path));
    return file === undefined ? 0 : Number(readFileSync(file, 'utf8'));
  });
  return bytes.reduce((total, each) => total + each, 0) / some.length / 1e6;
}
