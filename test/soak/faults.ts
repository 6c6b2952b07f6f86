import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../sim/chance.ts';
import type { Instance } from '../support/instance.ts';
import { freeze, isAlive, pidsOf, writeCgroup } from '../support/kernel.ts';
import { manifestOf, namesOf } from './groups.ts';
import type { Group } from './groups.ts';
import { monitorOf } from '../support/remains.ts';
import type { Watching } from './watching.ts';

export interface FaultContext {
  readonly host: Instance;
  readonly watching: Watching;
  readonly chance: Chance;
  readonly groups: readonly Group[];
  /** How many times as often as usual all happens. */
  readonly pace: number;
}

/** Does harm; gives the containers that may have another process for it. */
type Fault = (context: FaultContext) => Promise<readonly string[]>;

/** Within it a manifest that is cut off restarts nobody: the watch waits until a file lies still for longer. */
const tornAtMostMs = 400;

type Harm = (container: { readonly name: string; readonly pid: number; readonly host: Instance }) => void;

const onOne = (harm: Harm): Fault => async ({ host, chance, groups }) => {
  const name = chance.pick(groups.flatMap(namesOf));
  unlessGone(() => {
    const [pid] = pidsOf(host.cgroup(name));
    if (pid !== undefined) harm({ name, pid, host });
  });
  return [name];
};

const onOneThatKeepsItsProcess = (harm: Harm): Fault => async (context) => {
  await onOne(harm)(context);
  return [];
};

export const faults = {
  'kills a process': onOne(({ pid }) => { end(pid); }),
  'kills a monitor and its process': onOne(({ name, pid, host }) => { for (const each of [monitorOf(host, name), pid]) end(each); }),
  'moves a process out of its cgroups': onOne(({ pid }) => { writeCgroup('', 'cgroup.procs', String(pid)); }),
  'damages notes and kills the process': onOne(({ name, pid, host }) => {
    writeFileSync(join(host.root, 'bundles', name, 'run.json'), '{"pid": ');
    end(pid);
  }),
  'writes a limit': onOneThatKeepsItsProcess(({ name, host }) => { writeCgroup(host.cgroup(name), 'pids.max', '7'); }),
  'freezes a container': onOneThatKeepsItsProcess(({ name, host }) => { freeze(host.cgroup(name)); }),
  async 'cuts off a manifest for a moment'({ host, chance, groups }) {
    const group = chance.pick(groups);
    const text = manifestOf(group);
    const began = performance.now();
    host.write(`${group.name}.yaml`, text.slice(0, chance.below(text.length)));
    await delay(tornAtMostMs / 4);
    host.write(`${group.name}.yaml`, text);
    return performance.now() - began < tornAtMostMs ? [] : namesOf(group);
  },
  async 'stops the watch for a while'({ watching, pace }) {
    await watching.hold(2_000 / pace);
    return [];
  },
  async 'ends the watch and starts it again'({ watching }) {
    const status = await watching.stop('SIGTERM');
    if (status !== 0) throw new Error(`the watch ended with ${status}: ${watching.lastWords()}`);
    await watching.start();
    return [];
  },
  async 'kills the watch and starts it again'({ watching, pace }) {
    await watching.stop('SIGKILL');
    await delay(500 / pace);
    await watching.start();
    return [];
  },
} as const satisfies Readonly<Record<string, Fault>>;

export type FaultName = keyof typeof faults;

/** One round in so many, each of some ninety seconds, has the faults that begin a new watch: what a watch takes grows for minutes until it is warm. */
const roundsPerLife = 60;

/** Each fault once, in any order. */
export function faultsOfRound(round: number, chance: Chance): FaultName[] {
  const rest = (Object.keys(faults) as FaultName[]).filter((name) => round % roundsPerLife === 0 || !name.includes('starts it again'));
  const order: FaultName[] = [];
  while (rest.length > 0) order.push(...rest.splice(chance.below(rest.length), 1));
  return order;
}

function end(pid: number): void {
  if (pid > 1 && isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** The container may be on its way up or down. */
function unlessGone(harm: () => void): void {
  try {
    harm();
  } catch (error) {
    if (!['ENOENT', 'ENODEV', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '') && !(error as Error).message.startsWith('no hierarchy has')) throw error;
  }
}
