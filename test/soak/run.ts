import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { pssMegabytes } from '../bench/memory.ts';
import { openChance } from '../sim/chance.ts';
import { costsOf } from '../support/costs.ts';
import { openInstance } from '../support/instance.ts';
import type { Instance } from '../support/instance.ts';
import { cgroupFolders } from '../support/kernel.ts';
import { within } from '../support/pace.ts';
import { faults, faultsOfRound } from './faults.ts';
import type { FaultName } from './faults.ts';
import { disturbedBy, firstGroups, manifestOf, namesOf, nextChange } from './groups.ts';
import type { Group } from './groups.ts';
import { monitorOf } from '../support/remains.ts';
import { changedProcesses, heldByWatch, processesOf, violations } from './invariants.ts';
import type { Processes } from './invariants.ts';
import type { Options } from './options.ts';
import type { Sample } from './samples.ts';
import { openWatching } from './watching.ts';

export interface Failure {
  readonly seconds: number;
  readonly what: readonly string[];
  /** What was done since the check before, the last of all at the end. */
  readonly story: readonly string[];
}

export interface Outcome {
  readonly seconds: number;
  readonly changes: number;
  readonly faults: number;
  readonly checks: number;
  readonly failures: readonly Failure[];
  readonly samples: readonly Sample[];
  /** Memory of all monitors, in megabytes, at each check. */
  readonly monitors: readonly (readonly [seconds: number, megabytes: number])[];
  /** When a watch was started again. */
  readonly restarts: readonly number[];
}

export interface SoakControl {
  /** Aborted: the soak ends, and removes all that it made. */
  readonly signal: AbortSignal;
  readonly tell: (line: string) => void;
}

/** How often each happens, in milliseconds. */
const every = { change: 1_000, fault: 10_000, check: 60_000, sample: 1_000 };

/** From the last change or fault until all is as the manifests say. */
const convergedWithinMs = 30_000;

/** Lives through changes and faults by a seed, and holds the host to its invariants. Leaves nothing, whatever happens. */
export async function soak(options: Options, { signal, tell }: SoakControl): Promise<Outcome> {
  const life = openLife(options, tell);
  const sampling = setInterval(life.sample, every.sample / options.pace);
  try {
    await life.begin();
    const end = performance.now() + options.hours * 3_600_000;
    const next = { change: performance.now(), fault: performance.now() + every.fault / options.pace, check: performance.now() + every.check / options.pace };
    while (performance.now() < end && !signal.aborted) {
      const due = (['check', 'fault', 'change'] as const).find((act) => performance.now() >= next[act]);
      if (due === undefined) await pause(Math.min(...Object.values(next), end) - performance.now(), signal);
      else {
        await life[due]();
        next[due] = Math.max(next[due] + every[due] / options.pace, performance.now());
      }
    }
    if (!signal.aborted) await life.check();
  } finally {
    clearInterval(sampling);
    await life.close();
  }
  return life.outcome();
}

interface Life {
  begin(): Promise<void>;
  change(): Promise<void>;
  fault(): Promise<void>;
  check(): Promise<void>;
  sample(): void;
  close(): Promise<void>;
  outcome(): Outcome;
}

function openLife({ seed, containers, pace }: Options, tell: (line: string) => void): Life {
  const host = openInstance();
  const watching = openWatching(host);
  // Each by itself: how many changes come before a fault depends on the machine.
  const chances = { changes: openChance(seed), faults: openChance(seed ^ 0x5bd1e995) };
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1_000;
  const groups = new Map<string, Group>();
  const counts = { changes: 0, faults: 0, checks: 0, rounds: 0 };
  const [failures, samples, monitors, restarts]: [Failure[], Sample[], [number, number][], number[]] = [[], [], [], []];
  const touched = new Set<string>();
  const ahead: FaultName[] = [];
  let story: string[] = [];
  let known: Processes = new Map();
  let mostDescriptors = Infinity;

  const fail = (what: readonly string[]): void => {
    if (what.length === 0) return;
    failures.push({ seconds: seconds(), what, story });
    tell(`FAILED after ${seconds().toFixed(0)} s: ${what.map((each) => each.slice(0, 200).replaceAll('\n', ' ')).join('; ')}`);
  };
  const all = (): Group[] => [...groups.values()];
  const check = async (): Promise<void> => {
    const look = (): string[] => [...violations(host, all()), ...heldByWatch(watching.pid(), mostDescriptors)];
    // By the kernel first: to ask the program takes its time.
    const wrong = await settled(() => firstOf(look, () => planned(host), look));
    const now = processesOf(host, all().flatMap(namesOf));
    fail([...wrong, ...changedProcesses(known, now, touched), ...(wrong.length > 0 ? [`the watch said last: ${watching.lastWords()}`] : [])]);
    if (wrong.length === 0) {
      mostDescriptors = Math.min(mostDescriptors, costsOf(watching.pid() ?? 0).descriptors);
      monitors.push([seconds(), all().flatMap(namesOf).reduce((total, name) => total + pssMegabytes(monitorOf(host, name)), 0)]);
    }
    counts.checks += 1;
    known = now;
    touched.clear();
    story = [];
  };
  return {
    check,
    async begin() {
      for (const group of firstGroups(containers, chances.changes)) save(host, groups, { after: group });
      await watching.start();
      await check();
      tell(`${all().flatMap(namesOf).length} containers run`);
    },
    async change() {
      const change = nextChange(all(), containers, chances.changes);
      save(host, groups, change);
      counts.changes += 1;
      for (const name of disturbedBy(change)) touched.add(name);
      story.push(`${seconds().toFixed(1)}: ${change.kind} ${(change.after ?? change.before)?.name}`);
    },
    async fault() {
      if (ahead.length === 0) ahead.push(...faultsOfRound(counts.rounds++, chances.faults));
      const name = ahead.shift() ?? 'kills a process';
      counts.faults += 1;
      const lives = watching.lives();
      const harmed = await faults[name]({ host, watching, chance: chances.faults, groups: all(), pace });
      if (watching.lives() > lives) restarts.push(seconds());
      for (const each of harmed) touched.add(each);
      story.push(`${seconds().toFixed(1)}: ${name}${harmed.length === 0 ? '' : ` (${harmed.join(' ')})`}`);
    },
    sample() {
      const looked = lookAt(watching.pid(), host);
      if (looked !== undefined) samples.push({ ...looked, seconds: seconds(), life: watching.lives() });
    },
    async close() {
      const status = await watching.stop('SIGTERM');
      if (status !== 0) fail([`the watch ended with ${status}: ${watching.lastWords()}`]);
      const { stderr } = host.run('destroy', '--yes');
      fail(host.leftovers().map((left) => `left after all was destroyed: ${left} ${stderr}`));
      await host.close().catch((error: unknown) => { fail([String(error)]); });
    },
    outcome: () => ({ seconds: seconds(), ...counts, failures, samples, monitors, restarts }),
  };
}

/** Saves or removes the manifest of a group, and keeps what is wanted now. */
function save(host: Instance, groups: Map<string, Group>, { before, after }: { readonly before?: Group; readonly after?: Group }): void {
  if (after !== undefined) {
    host.write(`${after.name}.yaml`, manifestOf(after));
    groups.set(after.name, after);
  } else if (before !== undefined) {
    host.remove(`${before.name}.yaml`);
    groups.delete(before.name);
  }
}

/** Waits until nothing is wrong; what is still wrong after the bound. */
async function settled(look: () => string[]): Promise<string[]> {
  for (const deadline = performance.now() + within(convergedWithinMs); ; await delay(100)) {
    const wrong = look();
    if (wrong.length === 0 || performance.now() > deadline) return wrong;
  }
}

/** What the first of them that finds something finds. */
function firstOf(...looks: readonly (() => string[])[]): string[] {
  for (const look of looks) {
    const wrong = look();
    if (wrong.length > 0) return wrong;
  }
  return [];
}

/** Undefined where no watch runs: it may end while it is looked at. */
function lookAt(pid: number | undefined, host: Instance): Omit<Sample, 'seconds' | 'life'> | undefined {
  try {
    const [folder] = cgroupFolders(host.parent);
    const cgroups = folder === undefined ? 0 : readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
    const costs = pid === undefined ? undefined : costsOf(pid);
    return costs === undefined || Number.isNaN(costs.rssMb) ? undefined : { ...costs, cgroups };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    return undefined;
  }
}

/** The program itself says that there is nothing to do. */
function planned(host: Instance): string[] {
  const { status, stdout, stderr } = host.run('plan', '--detailed-exitcode', '--allow-prune', host.manifests);
  return status === 0 ? [] : [`plan --detailed-exitcode: ${status}\n${stdout}${stderr}`];
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
