import type { BundleRun } from '../../src/host/runtime/bundle.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import type { BundleRecord, ContainerStatus, ObservedCgroup, ObservedContainer, ObservedExit, ObservedState, RootfsFacts } from '../../src/state/observed.ts';
import type { FileValues } from '../../src/state/resources.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';
import { plainHost } from '../support/containers.ts';
import { processOf } from '../support/model-host.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A host as the kernel, the runtime and the disk hold it, whatever anybody believes of it. */
export interface World {
  readonly time: VirtualTime;
  readonly containers: Map<ContainerName, Parts>;
  readonly processes: Map<number, ModelProcess>;
  readonly jails: Set<string>;
  /** Id of the jail that the files of the host give now. */
  jailId: string;
  /** Whoever plans allowed steps that can hurt. */
  mayHurt: boolean;
  /** What must never happen, as it happened. */
  readonly violations: string[];
  nextPid: number;
}

/** What exists of one name. */
export interface Parts {
  record?: BundleRecord;
  config?: boolean;
  /** What the configuration has the process be. */
  asked?: string;
  run?: BundleRun;
  cgroup?: ModelCgroup;
  /** What the runtime keeps. */
  state?: 'created' | 'running';
  monitor?: boolean;
  exit?: { readonly code: number; readonly atMs: number };
  layer?: boolean;
  log?: boolean;
  /** A creation that goes on although nobody waits for it. */
  creation?: () => void;
}

export interface ModelCgroup {
  files: FileValues;
  usageBytes: number;
  oomKills: number;
  frozen: boolean;
}

export interface ModelProcess {
  readonly pid: number;
  readonly startTime: number;
  /** Undefined: somebody else's. */
  readonly owner: ContainerName | undefined;
  /** It ignores what asks it to end. */
  readonly stubborn: boolean;
  /** What it was made to be. */
  readonly asked?: string;
}

/** The container of another instance beneath the same parent. */
export const theirs = 'theirs' as ContainerName;

export function openWorld(time: VirtualTime): World {
  const world: World = { time, containers: new Map(), processes: new Map(), jails: new Set(), jailId: jailIdOf(1), mayHurt: false, violations: [], nextPid: 100 };
  startProcess(world, undefined);
  startProcess(world, theirs);
  partsOf(world, theirs).cgroup = { files: { 'pids.max': '5' }, usageBytes: 0, oomKills: 0, frozen: false };
  return world;
}

export function jailIdOf(version: number): string {
  return String(version).padStart(64, '0');
}

export function partsOf(world: World, name: ContainerName): Parts {
  const parts = world.containers.get(name) ?? {};
  world.containers.set(name, parts);
  return parts;
}

export function startProcess(world: World, owner: ContainerName | undefined, stubborn = false): ModelProcess {
  const asked = owner === undefined ? undefined : world.containers.get(owner)?.asked;
  const process = { pid: (world.nextPid += 1), startTime: Math.floor(world.time.nowMs / 10), owner, stubborn, ...(asked === undefined ? {} : { asked }) };
  world.processes.set(process.pid, process);
  return process;
}

export function processesOf(world: World, name: ContainerName): ModelProcess[] {
  return [...world.processes.values()].filter(({ owner }) => owner === name);
}

/** The monitor writes down how its container ended, and ends. */
export function endProcess(world: World, process: ModelProcess, code: number): void {
  world.processes.delete(process.pid);
  if (process.owner === undefined) {
    world.violations.push(`process ${process.pid} of somebody else was killed`);
    return;
  }
  const parts = partsOf(world, process.owner);
  if (parts.cgroup !== undefined) parts.cgroup.usageBytes = 0;
  if (parts.monitor === true && parts.run?.pid === process.pid) {
    parts.exit = { code, atMs: world.time.nowMs };
    delete parts.monitor;
  }
}

export function livingRun(world: World, { run }: Parts): ModelProcess | undefined {
  const process = run === undefined ? undefined : world.processes.get(run.pid);
  return process?.startTime === run?.startTime ? process : undefined;
}

/** What a look at it shows, as src/observe would tell it. */
export function look(world: World, desired: DesiredState): ObservedState {
  const facts: RootfsFacts = { id: world.jailId, problems: [] };
  return {
    host: plainHost,
    containers: [...world.containers].flatMap(([name, parts]) => containerOf(world, name, parts) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1)),
    rootfs: Object.fromEntries(desired.containers.map(({ spec }) => [rootfsKey(spec), facts])),
    jails: [...world.jails].sort(),
    nowMs: world.time.nowMs,
  };
}

function containerOf(world: World, name: ContainerName, parts: Parts): ObservedContainer | undefined {
  const { record, run, cgroup, exit, layer = false } = parts;
  if (record === undefined && cgroup === undefined) return absentOf(name, parts);
  const process = livingRun(world, parts);
  const started = record === undefined ? undefined : run;
  return {
    name,
    layer,
    status: statusOf(parts, process),
    ...(name === theirs ? { claim: { root: '/run/theirs' } } : {}),
    ...(record === undefined ? {} : { bundle: record }),
    ...(cgroup === undefined ? {} : { cgroup: shown(name, cgroup) }),
    ...(started === undefined || process === undefined || record === undefined
      ? {}
      : { process: { ...processOf(record.spec.namespaces), pid: process.pid, startTime: process.startTime, startedAtMs: started.startedAtMs } }),
    ...(started === undefined || process !== undefined ? {} : { exit: endOf(started, exit) }),
  };
}

function absentOf(name: ContainerName, { layer = false, log }: Parts): ObservedContainer | undefined {
  return layer || log === true ? { name, status: 'stopped', layer, ...(log === true ? { log } : {}) } : undefined;
}

function statusOf({ run, state, config }: Parts, process: ModelProcess | undefined): ContainerStatus {
  if (run === undefined) return 'creating';
  if (config !== true) return process === undefined ? 'creating' : 'terminating';
  if (process === undefined) return state === 'created' ? 'creating' : 'stopped';
  return state === 'created' ? 'created' : 'running';
}

function shown(name: ContainerName, { files, usageBytes, oomKills, frozen }: ModelCgroup): ObservedCgroup {
  return { path: `/reconcile/${name}`, files, usage: { memoryBytes: usageBytes, tasks: 1, oomKills }, ...(frozen ? { frozen } : {}) };
}

function endOf(run: BundleRun, exit: Parts['exit']): ObservedExit {
  if (exit === undefined) return { atMs: run.startedAtMs, ranMs: 0, oomKilled: false };
  return { code: exit.code, atMs: exit.atMs, ranMs: exit.atMs - run.startedAtMs, oomKilled: false };
}
