import type { BundleRun } from '../../src/host/runtime/bundle.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import type { ContainersByName, DesiredState, Rootfs } from '../../src/state/desired.ts';
import type { BundleRecord, ContainerStatus, ObservedCgroup, ObservedContainer, ObservedExit, ObservedState } from '../../src/state/observed.ts';
import type { FileValues } from '../../src/state/resources.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';
import { plainHost } from '../support/containers.ts';
import { processOf } from '../support/model-host.ts';
import type { ModelMonitor } from './monitors.ts';
import { exitOf, hearOfEnd, isWatched } from './monitors.ts';
import type { VirtualTime } from './virtual-time.ts';

/** A host as the kernel, the runtime and the disk hold it, whatever anybody believes of it. */
export interface World {
  readonly time: VirtualTime;
  readonly containers: Map<ContainerName, Parts>;
  readonly processes: Map<number, ModelProcess>;
  /** The last that had each pid, once it ended. */
  readonly ended: Map<number, ModelProcess>;
  readonly monitors: Set<ModelMonitor>;
  /** How often each name was created, or began to be. */
  readonly lives: Map<ContainerName, number>;
  readonly jails: Set<string>;
  /** How often the files of a root filesystem changed, by its source. */
  readonly versions: Map<string, number>;
  /** What the manifests ask for now. */
  wanted: ContainersByName;
  /** Whoever plans allowed steps that can hurt. */
  mayHurt: boolean;
  /** Limits that were written since the pass began, in order. */
  written: LimitWrite[];
  /** The most processes of containers at a time since the pass began. */
  mostProcesses: number;
  /** What must never happen, as it happened. */
  readonly violations: string[];
  nextPid: number;
  layersMade: number;
}

/** What exists of one name. */
export interface Parts {
  record?: BundleRecord;
  config?: ModelConfig;
  run?: BundleRun;
  cgroup?: ModelCgroup;
  /** What the runtime keeps. */
  state?: 'created' | 'running';
  /** The one that its bundle notes, which may have ended. */
  monitor?: ModelMonitor;
  exit?: { readonly code: number; readonly atMs: number };
  layer?: ModelLayer;
  log?: boolean;
  /** A creation that goes on although nobody waits for it. */
  creation?: () => void;
}

/** What the configuration has the process be. */
export interface ModelConfig {
  readonly asked: string;
  readonly rootfsId: string;
}

export interface ModelLayer {
  /** No two have the same. */
  readonly number: number;
  readonly rootfs: Rootfs;
  /** Of the root filesystem beneath it. */
  readonly rootfsId: string;
}

export interface ModelCgroup {
  files: FileValues;
  usageBytes: number;
  oomKills: number;
  frozen: boolean;
  /** What somebody wrote to pids.max where the manifest says that it stays. */
  foreign?: string;
  /** Nobody can tell any more whose limits these are. */
  meddledWith?: true;
  /** What was written while drift of it was put right is not noted yet: if it is only reported from then on, it may pass for somebody else's. */
  unnoted?: true;
}

export interface LimitWrite {
  readonly cgroup: ModelCgroup;
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly atMs: number;
}

export interface ModelProcess {
  readonly pid: number;
  readonly startTime: number;
  /** Undefined: somebody else's. */
  readonly owner: ContainerName | undefined;
  /** How long it goes on once it is asked to end: for ever, where it ignores that. */
  readonly lastsMs: number;
  /** What it was made to be. */
  readonly config?: ModelConfig;
  /** Of its container, when that was made. */
  readonly monitor?: ModelMonitor | undefined;
  /** When it was asked to end, or was killed, by the program. */
  askedAtMs?: number;
  endedAtMs?: number;
  /** It was asked to while it stood still. */
  hearsLater?: true;
  /** Somebody moved it to another cgroup. */
  stray?: true;
}

/** The container of another instance beneath the same parent. */
export const theirs = 'theirs' as ContainerName;

export function openWorld(time: VirtualTime): World {
  const world: World = {
    ...{ time, containers: new Map(), processes: new Map(), ended: new Map(), monitors: new Set<ModelMonitor>(), lives: new Map(), jails: new Set<string>(), versions: new Map<string, number>(), wanted: new Map() },
    ...{ mayHurt: false, written: [], mostProcesses: 0, violations: [], nextPid: 100, layersMade: 0 },
  };
  startProcess(world, undefined);
  startProcess(world, theirs);
  partsOf(world, theirs).cgroup = { files: { 'pids.max': '5' }, usageBytes: 0, oomKills: 0, frozen: false };
  return world;
}

/** What a root filesystem is made from. */
export function sourceOf(rootfs: Rootfs): string {
  return 'jail' in rootfs ? rootfs.jail.binaries.join(' ') : rootfs.path;
}

/** Changes with the files of the host. */
export function rootfsIdOf({ versions }: Pick<World, 'versions'>, rootfs: Rootfs): string {
  const source = sourceOf(rootfs);
  return `${source} #${versions.get(source) ?? 0}`;
}

export function partsOf(world: World, name: ContainerName): Parts {
  const parts = world.containers.get(name) ?? {};
  world.containers.set(name, parts);
  return parts;
}

export function startProcess(world: World, owner: ContainerName | undefined, lastsMs = 0): ModelProcess {
  const { config, monitor } = (owner === undefined ? undefined : world.containers.get(owner)) ?? {};
  const process = { pid: (world.nextPid += 1), startTime: Math.floor(world.time.nowMs / 10), owner, lastsMs, monitor, ...(config === undefined ? {} : { config }) };
  world.processes.set(process.pid, process);
  world.mostProcesses = Math.max(world.mostProcesses, world.processes.size);
  return process;
}

export function processesOf(world: World, name: ContainerName): ModelProcess[] {
  return [...world.processes.values()].filter(({ owner }) => owner === name);
}

export function endProcess(world: World, process: ModelProcess, code: number): void {
  world.processes.delete(process.pid);
  process.endedAtMs = world.time.nowMs;
  world.ended.set(process.pid, process);
  if (process.owner === undefined) {
    world.violations.push(`process ${process.pid} of somebody else was killed`);
    return;
  }
  const parts = partsOf(world, process.owner);
  if (parts.cgroup !== undefined) parts.cgroup.usageBytes = 0;
  hearOfEnd(world, process, code);
}

/** It ends when it likes. What stands still hears nothing, and the runtime's own program, before it is let go on, never does. */
export function askToEnd(world: World, process: ModelProcess): void {
  process.askedAtMs ??= world.time.nowMs;
  const { owner, lastsMs } = process;
  if (owner !== undefined && world.containers.get(owner)?.state === 'created') return;
  if (owner !== undefined && process.stray !== true && world.containers.get(owner)?.cgroup?.frozen === true) {
    process.hearsLater = true;
    return;
  }
  delete process.hearsLater;
  if (lastsMs === Infinity) return;
  world.time.at(world.time.nowMs + lastsMs, () => { if (world.processes.get(process.pid) === process) endProcess(world, process, 0); });
}

/** Whoever was started, and is known, is given the time that its manifest says. */
export function killProcess(world: World, process: ModelProcess): void {
  const parts = process.owner === undefined ? undefined : world.containers.get(process.owner);
  if (parts?.record !== undefined && parts.state !== 'created' && livingRun(world, parts) === process) {
    const { timeoutMs } = parts.record.spec.stop;
    const hadMs = process.askedAtMs === undefined ? 0 : world.time.nowMs - process.askedAtMs;
    if (process.hearsLater === true) world.violations.push(`${process.owner} was killed, and never heard that it was to end`);
    if (hadMs < timeoutMs) world.violations.push(`${process.owner} was killed ${hadMs} ms after it was asked to end, and has ${timeoutMs}`);
  }
  process.askedAtMs ??= world.time.nowMs;
  endProcess(world, process, 137);
}

/** The process that a container had last, once it ended. */
export function lastProcess(world: World, { run }: Parts): ModelProcess | undefined {
  const process = run === undefined ? undefined : world.ended.get(run.pid);
  return process?.startTime === run?.startTime ? process : undefined;
}

/** The program made an end of it: that says nothing of how it would have ended. */
export function wasEndedByUs(world: World, parts: Parts): boolean {
  return livingRun(world, parts) === undefined && lastProcess(world, parts)?.askedAtMs !== undefined;
}

export function livingRun(world: World, { run }: Parts): ModelProcess | undefined {
  const process = run === undefined ? undefined : world.processes.get(run.pid);
  return process?.startTime === run?.startTime ? process : undefined;
}

/** What a look at it shows, as src/observe would tell it: what it uses is another look. */
export function look(world: World, desired: DesiredState): ObservedState {
  return {
    host: plainHost,
    containers: [...world.containers].flatMap(([name, parts]) => containerOf(world, name, parts) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1)),
    rootfs: Object.fromEntries(desired.containers.map(({ spec }) => [rootfsKey(spec), { id: rootfsIdOf(world, spec.rootfs), problems: [] }])),
    jails: [...world.jails].sort(),
    nowMs: world.time.nowMs,
  };
}

function containerOf(world: World, name: ContainerName, parts: Parts): ObservedContainer | undefined {
  const { record, run, cgroup, layer } = parts;
  if (record === undefined && cgroup === undefined) return absentOf(name, parts);
  const process = livingRun(world, parts);
  const started = record === undefined ? undefined : run;
  return {
    name,
    layer: layer !== undefined,
    status: statusOf(parts, process),
    ...(name === theirs ? { claim: { root: '/run/theirs' } } : {}),
    ...(record === undefined ? {} : { bundle: record }),
    ...(cgroup === undefined ? {} : { cgroup: shown(name, cgroup) }),
    ...(started === undefined || process === undefined || record === undefined
      ? {}
      : { process: { ...processOf(record.spec.namespaces), pid: process.pid, startTime: process.startTime, startedAtMs: started.startedAtMs, ...strayOf(process), ...monitorSeen(world, parts) } }),
    ...(started === undefined || process !== undefined ? {} : { exit: endOf(started, exitOf(world, parts)) }),
  };
}

function monitorSeen(world: World, parts: Parts): { readonly monitorLost?: true; readonly monitorStopped?: true } {
  if (!isWatched(world, parts)) return { monitorLost: true };
  return parts.monitor?.stopped === undefined ? {} : { monitorStopped: true };
}

function strayOf({ stray }: ModelProcess): { readonly strayCgroup?: string } {
  return stray === true ? { strayCgroup: '/elsewhere' } : {};
}

function absentOf(name: ContainerName, { layer, log }: Parts): ObservedContainer | undefined {
  return layer !== undefined || log === true ? { name, status: 'stopped', layer: layer !== undefined, ...(log === true ? { log } : {}) } : undefined;
}

function statusOf({ run, state, config }: Parts, process: ModelProcess | undefined): ContainerStatus {
  if (run === undefined) return 'creating';
  if (config === undefined) return process === undefined ? 'creating' : 'terminating';
  if (process === undefined) return state === 'created' ? 'creating' : 'stopped';
  return state === 'created' ? 'created' : 'running';
}

function shown(name: ContainerName, { files, frozen }: ModelCgroup): ObservedCgroup {
  return { path: `/reconcile/${name}`, files, ...(frozen ? { frozen } : {}) };
}

function endOf(run: BundleRun, exit: Parts['exit']): ObservedExit {
  if (exit === undefined) return { atMs: run.startedAtMs, ranMs: 0, oomKilled: false };
  return { code: exit.code, atMs: exit.atMs, ranMs: exit.atMs - run.startedAtMs, oomKilled: false };
}
