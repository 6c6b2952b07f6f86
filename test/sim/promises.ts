import type { ApplyResult } from '../../src/apply/apply.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import type { DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import type { BundleRecord } from '../../src/state/observed.ts';
import { isEnforced } from './manifests.ts';
import type { Incarnation } from './model-host.ts';
import { exitOf, isWatched, monitorsOf } from './monitors.ts';
import type { LimitWrite, ModelCgroup, ModelLayer, ModelProcess, World } from './world.ts';
import { livingRun, processesOf, rootfsIdOf, sourceOf, theirs, wasEndedByUs } from './world.ts';

/** One pass, once it is over. */
export interface Passed {
  readonly plan: Plan;
  readonly incarnation: Incarnation;
  /** Undefined where it did not end. */
  readonly result: ApplyResult | undefined;
}

/** What a pass must leave as it is, and never do on its way. */
export interface Promises {
  broken(passed: Passed): string[];
}

/** Takes note of the world as a pass finds it. */
export function openPromises(world: World, desired: DesiredState): Promises {
  world.written = [];
  world.mostProcesses = world.processes.size;
  const before = photograph(world);
  const [content, resting] = [contentOnes(world, desired), restingOnes(world, desired)];
  const foreign = JSON.stringify(world.containers.get(theirs));
  return {
    broken(passed) {
      const isForeignTouched = foreign !== JSON.stringify(world.containers.get(theirs)) || processesOf(world, theirs).length !== 1;
      const staying = new Set(passed.plan.changes.filter(({ action }) => action === 'none' || action === 'update').map(({ name }) => name));
      const ended = (processes: readonly ModelProcess[]): ModelProcess[] => processes.filter(({ pid }) => !world.processes.has(pid));
      return [
        ...(isForeignTouched ? ['the container of somebody else was touched'] : []),
        ...ended(content).map(({ owner }) => `${owner} ran as asked, and was ended`),
        ...resting.filter((name) => processesOf(world, name).length > 0).map((name) => `${name} had ended, was not to run again, and runs`),
        ...ended(before.processes).filter(({ owner }) => owner !== undefined && staying.has(owner)).map(({ owner }) => `${owner} was not to be touched, and ended`),
        ...lost(world, before),
        ...overruled(world, before),
        ...remains(world, passed),
        ...rolled(world, before),
        ...carriedOn(world, before),
        ...late(world, before, passed),
        ...(isClean(passed) ? [...crowded(world, before), ...unusedJails(world)] : []),
      ];
    },
  };
}

/** All that was to be done was done. */
export function isClean({ incarnation, result }: Passed): boolean {
  return !incarnation.killed && result !== undefined && result.failed.length === 0 && result.skipped === 0;
}

interface Photograph {
  readonly atMs: number;
  readonly processes: readonly ModelProcess[];
  /** Those that no earlier run asked to end: it may take them until now. */
  readonly staying: readonly ModelProcess[];
  readonly layers: ReadonlyMap<ContainerName, ModelLayer>;
  readonly records: ReadonlyMap<ContainerName, BundleRecord>;
  /** Nothing that an earlier run began goes on. */
  readonly isCalm: boolean;
  /** Whose process ended by itself. */
  readonly ended: ReadonlySet<ContainerName>;
  /** Whose process was never let go on. */
  readonly created: ReadonlySet<ContainerName>;
  /** Whose process goes on, and nobody watches it. */
  readonly unwatched: ReadonlySet<ContainerName>;
  /** With the limits that each had. */
  readonly cgroups: ReadonlyMap<ModelCgroup, { readonly name: ContainerName; readonly files: ModelCgroup['files'] }>;
}

function photograph(world: World): Photograph {
  const { time, processes, containers } = world;
  const layers = new Map<ContainerName, ModelLayer>();
  const records = new Map<ContainerName, BundleRecord>();
  const [ended, created, unwatched] = [new Set<ContainerName>(), new Set<ContainerName>(), new Set<ContainerName>()];
  const cgroups = new Map<ModelCgroup, { readonly name: ContainerName; readonly files: ModelCgroup['files'] }>();
  for (const [name, parts] of containers) {
    const { layer, record, cgroup } = parts;
    if (layer !== undefined) layers.set(name, layer);
    if (record !== undefined) records.set(name, record);
    if (cgroup !== undefined) cgroups.set(cgroup, { name, files: cgroup.files });
    if (parts.state === 'created') created.add(name);
    const isWhole = record !== undefined && parts.config !== undefined && parts.run !== undefined && parts.state !== 'created';
    if (isWhole && livingRun(world, parts) === undefined && !wasEndedByUs(world, parts)) ended.add(name);
    if (isWhole && livingRun(world, parts) !== undefined && !isWatched(world, parts)) unwatched.add(name);
  }
  const all = [...processes.values()];
  const staying = all.filter(({ askedAtMs }) => askedAtMs === undefined);
  return { atMs: time.nowMs, processes: all, staying, layers, records, ended, created, unwatched, cgroups, isCalm: ![...containers.values()].some(({ creation }) => creation !== undefined) };
}

/** What a container wrote goes with its manifest or its root filesystem, and with these it does go. So it is with the count of its restarts. */
function lost(world: World, before: Photograph): string[] {
  return [...world.wanted.values()].flatMap((container) => [...lostWrites(world, container, before), ...lostCounts(world, container, before)]);
}

type Over = Pick<ModelLayer, 'rootfs' | 'rootfsId'>;

function overOf({ spec: { rootfs }, rootfsId }: BundleRecord): Over {
  return { rootfs, rootfsId };
}

/** The root filesystem that the manifest asks for, and as the host has it now. */
function isAsked({ rootfs, rootfsId }: Over, world: World, { spec }: DesiredContainer): boolean {
  return isSourceAsked({ rootfs }, spec) && rootfsId === rootfsIdOf(world, spec.rootfs);
}

function isSourceAsked({ rootfs }: Pick<Over, 'rootfs'>, spec: DesiredContainer['spec']): boolean {
  return rootfs.readonly === spec.rootfs.readonly && sourceOf(rootfs) === sourceOf(spec.rootfs);
}

function lostWrites(world: World, container: DesiredContainer, { layers, records }: Photograph): string[] {
  const { name, spec } = container;
  const [layer, record, now] = [layers.get(name), records.get(name), world.containers.get(name)];
  if (layer === undefined) return [];
  const isKept = now?.layer?.number === layer.number;
  const wasAsked = isAsked(layer, world, container) && (record === undefined || isAsked(overOf(record), world, container));
  const isOther = record !== undefined && (isEnforced(spec, 'rootfs') ? !isAsked(overOf(record), world, container) : !isSourceAsked(record.spec, spec));
  const isReplaced = isOther && now?.record !== undefined && isAsked(overOf(now.record), world, container);
  return [
    ...(wasAsked && !isKept ? [`${name} lost what it wrote, and its root filesystem is the same`] : []),
    ...(isReplaced && isKept ? [`${name} has a new root filesystem, and on it what it wrote to the last one`] : []),
  ];
}

function lostCounts(world: World, container: DesiredContainer, { records, ended, unwatched }: Photograph): string[] {
  const { name } = container;
  const [record, now] = [records.get(name), world.containers.get(name)];
  if (record === undefined || now?.record === undefined || !isAsked(overOf(record), world, container)) return [];
  const least = record.restarts.count + Number(ended.has(name) && livingRun(world, now) !== undefined);
  const { count } = now.record.restarts;
  const most = record.restarts.count + Number(ended.has(name) || unwatched.has(name));
  if (count > most) return [`${name} counts ${count} restarts, and no more than ${most} were for an end that was not the program's doing`];
  return count < least ? [`${name} counts ${count} restarts, and not ${least}`] : [];
}

/** Where the manifest says that what others change stays, it does. */
function overruled(world: World, { cgroups }: Photograph): string[] {
  return [...cgroups].flatMap(([cgroup, { name }]) => {
    const isChanged = cgroup.foreign !== undefined && world.containers.get(name)?.cgroup === cgroup && cgroup.files['pids.max'] !== cgroup.foreign;
    return isChanged ? [`${name}: pids.max was to be left as somebody wrote it`] : [];
  });
}

/** A creation that failed leaves nothing in the kernel or the runtime, unless taking that back failed too. */
function remains(world: World, { incarnation: { killed, begun } }: Passed): string[] {
  if (killed) return [];
  return [...begun].flatMap((name) => {
    const parts = world.containers.get(name) ?? {};
    if (livingRun(world, parts) !== undefined) return [];
    const left = [
      ...(parts.cgroup === undefined ? [] : ['a cgroup']),
      ...(parts.state === undefined ? [] : ['what the runtime keeps']),
      ...processesOf(world, name).map(({ pid }) => `process ${pid}`),
      ...monitorsOf(world, name).map(() => 'its monitor'),
    ];
    return left.length === 0 ? [] : [`the creation of ${name} failed, and left ${left.join(', ')}`];
  });
}

/** Replicas that ran are renewed one after another, and no further than to the first that fails. */
function rolled(world: World, { staying }: Photograph): string[] {
  const down = staying.flatMap(({ pid, owner }) => {
    const container = owner === undefined || world.processes.has(pid) ? undefined : world.wanted.get(owner);
    return container === undefined || livingRun(world, world.containers.get(container.name) ?? {}) !== undefined ? [] : [container.group];
  });
  return [...new Set(down)].filter((group) => down.indexOf(group) !== down.lastIndexOf(group)).map((group) => `several replicas of ${group} that ran are down`);
}

/** Behind a replica that failed none of those that run is touched. */
function carriedOn(world: World, { staying }: Photograph): string[] {
  const ended = staying.filter(({ pid, owner }) => owner !== undefined && !world.processes.has(pid) && world.wanted.has(owner));
  const order = [...ended].sort((one, other) => (one.endedAtMs ?? 0) - (other.endedAtMs ?? 0));
  return order.flatMap(({ owner }, index) => {
    const parts = owner === undefined ? undefined : world.containers.get(owner);
    if (owner === undefined || parts === undefined || livingRun(world, parts) !== undefined) return [];
    const later = order.slice(index + 1).filter((one) => one.owner !== undefined && world.wanted.get(one.owner)?.group === world.wanted.get(owner)?.group);
    return later.map((one) => `${one.owner} was ended although ${owner} had failed`);
  });
}

/** The longest that one call takes, in virtual time. */
const callMs = 30;

/** The longest that the program looks away from what it waits for. */
const pauseMs = 50;

/** Nothing waits for longer than a process has to end, and a limit of what goes on waits for none. */
function late(world: World, { atMs, records, cgroups, created }: Photograph, { plan: { steps }, incarnation: { calls, killed, watchedMs } }: Passed): string[] {
  if (killed) return [];
  const waits = steps.flatMap((step) => (step.kind === 'stop' && !created.has(step.container) ? [(records.get(step.container)?.spec.stop.timeoutMs ?? 0) + pauseMs] : []));
  const mostMs = waits.reduce((sum, ms) => sum + ms, calls.length * callMs + watchedMs);
  const tookMs = world.time.nowMs - atMs;
  const mostForLimitsMs = calls.filter((call) => call.startsWith('write ')).length * callMs;
  const lastMs = Math.max(atMs, ...world.written.filter(({ cgroup }) => cgroups.has(cgroup)).map((write) => write.atMs)) - atMs;
  return [
    ...(tookMs > mostMs ? [`it took ${tookMs} ms, and ${mostMs} had been enough`] : []),
    ...(lastMs > mostForLimitsMs ? [`a limit was written after ${lastMs} ms`] : []),
  ];
}

/** Room is made before it is taken: nothing is ever more than before and afterwards. */
function crowded(world: World, { processes, cgroups, isCalm }: Photograph): string[] {
  const most = Math.max(processes.length, world.processes.size);
  const going = [...cgroups].filter(([cgroup, { name }]) => world.containers.get(name)?.cgroup === cgroup);
  return [
    ...(isCalm && world.mostProcesses > most ? [`${world.mostProcesses} processes at a time, and no more than ${most} before and afterwards`] : []),
    ...['memory.max', 'pids.max'].flatMap((file) => {
      const startSum = going.reduce((sum, [, { files }]) => sum + amountOf(files[file]), 0);
      const endSum = going.reduce((sum, [cgroup]) => sum + amountOf(cgroup.files[file]), 0);
      const mostSum = highest(startSum, world.written.filter((write) => write.file === file && cgroups.has(write.cgroup) && going.some(([cgroup]) => cgroup === write.cgroup)));
      return mostSum > Math.max(startSum, endSum) ? [`the sum of ${file} was ${mostSum} on the way from ${startSum} to ${endSum}`] : [];
    }),
  ];
}

function highest(start: number, writes: readonly LimitWrite[]): number {
  let [sum, most] = [start, start];
  for (const { before, after } of writes) {
    sum += amountOf(after) - amountOf(before);
    most = Math.max(most, sum);
  }
  return most;
}

/** No limit is as much as there is. */
function amountOf(value = 'max'): number {
  return value === 'max' ? 2 ** 40 : Number(value);
}

/** A jail that nobody has and nobody asks for goes with the last who had it. */
export function unusedJails({ wanted, containers, jails, versions }: World): string[] {
  const asked = [...wanted.values()].map(({ spec }) => rootfsIdOf({ versions }, spec.rootfs));
  const used = new Set([...asked, ...[...containers.values()].map(({ record }) => record?.rootfsId)]);
  return [...jails].filter((jail) => !used.has(jail)).map((jail) => `jail ${jail} is left`);
}

/** Processes that are all that the manifests ask for, and whose removal has not begun: whatever else has to be done to their containers, they go on. */
function contentOnes(world: World, desired: DesiredState): ModelProcess[] {
  return desired.containers.flatMap(({ name, spec }) => {
    const parts = world.containers.get(name);
    const process = parts === undefined ? undefined : livingRun(world, parts);
    const isFine = parts !== undefined && (isWatched(world, parts) || spec.restart.policy === 'never');
    const isWhole = isFine && parts.cgroup !== undefined && parts.config !== undefined && isRootfsFine(world, parts.record, spec) && parts.state !== 'created';
    return process !== undefined && process.stray !== true && isWhole && process.owner === name && process.config?.asked === askedOf(spec) ? [process] : [];
  });
}

/** Names of containers that ended by themselves, as their manifests let them. */
function restingOnes(world: World, desired: DesiredState): ContainerName[] {
  return desired.containers.flatMap(({ name, spec }) => {
    const parts = world.containers.get(name) ?? {};
    const { record, config, run, state, cgroup } = parts;
    const code = exitOf(world, parts)?.code;
    const isWhole = config !== undefined && run !== undefined && state !== 'created' && cgroup !== undefined && isRootfsFine(world, record, spec);
    const mayRest = spec.restart.policy === 'never' || (spec.restart.policy === 'on-failure' && code === 0);
    return isWhole && mayRest && code !== undefined && processesOf(world, name).length === 0 && config.asked === askedOf(spec) ? [name] : [];
  });
}

function isRootfsFine(world: World, record: BundleRecord | undefined, spec: DesiredContainer['spec']): boolean {
  return record !== undefined && (record.rootfsId === rootfsIdOf(world, spec.rootfs) || !isEnforced(spec, 'rootfs'));
}

/** As the configuration of a container says it. */
export function askedOf({ process: { args }, hostname, rootfs }: DesiredContainer['spec']): string {
  return JSON.stringify([args, hostname, rootfs.readonly, sourceOf(rootfs)]);
}
