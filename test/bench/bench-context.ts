import type { Children } from './child.ts';
import type { Entry } from './entry.ts';
import type { Fleet } from './fleet.ts';
import type { Floors } from './floors.ts';
import type { Instance } from './instance.ts';
import type { Options } from './options.ts';
import type { Progress } from './progress.ts';

/** How much of everything a run takes. */
export interface Sizes {
  /** Containers that are created and destroyed at once. */
  readonly batch: number;
  /** Containers that run while the daemon is measured. */
  readonly fleet: number;
  /** Sizes of the fleet at which its growth is measured, ascending. */
  readonly stages: readonly number[];
  /** Containers of a peer that takes a tenth of a second for each. */
  readonly slowPeer: number;
  /** Turns of what is measured in turns: long ones and short ones. */
  readonly rounds: number;
  readonly turns: number;
  readonly saves: number;
  readonly foreignWrites: number;
  readonly kills: number;
  readonly idleSeconds: number;
}

export const fullSizes: Sizes = {
  ...{ batch: 100, fleet: 1000, stages: [10, 100, 250, 500, 1000, 2000, 3000], slowPeer: 20 },
  ...{ rounds: 5, turns: 30, saves: 120, foreignWrites: 330, kills: 20, idleSeconds: 300 },
};

export const quickSizes: Sizes = {
  ...{ batch: 12, fleet: 60, stages: [5, 15, 30, 60, 120], slowPeer: 4 },
  ...{ rounds: 2, turns: 8, saves: 12, foreignWrites: 60, kills: 5, idleSeconds: 10 },
};

/** What a measure works with, and where it puts what it finds. */
export interface Bench {
  readonly options: Options;
  readonly sizes: Sizes;
  readonly children: Children;
  readonly progress: Progress;
  /** A folder of this run, removed at its end; short enough for a socket's name. */
  readonly folder: string;
  /** The same for what a reboot may take: on a file system in memory, where the host has one. */
  readonly runFolder: string;
  /** How every cgroup of this run begins. */
  readonly prefix: string;
  readonly unified: boolean;
  /** Program and first arguments of what is measured. */
  readonly program: readonly string[];
  readonly floors: Floors;
  readonly fleet: Fleet;
  /** An instance of its own; destroyed at the end of the run at the latest. */
  instance(name: string): Instance;
  add(entry: Entry): void;
  /** What an earlier measure of this run brought home. */
  found(id: string): Entry | undefined;
  /** Does what needs a peer; where it fails its words become a gap, and the run goes on. */
  attempt(id: string, act: () => Promise<void>): Promise<void>;
  /** Does `close` at the end of the run, the latest first. */
  defer(close: () => Promise<void>): void;
}

export interface Measure {
  readonly name: string;
  readonly title: string;
  /** About how long it takes on two CPUs. */
  readonly seconds: number;
  run(bench: Bench): Promise<void>;
}
