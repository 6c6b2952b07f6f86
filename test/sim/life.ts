import { apply } from '../../src/apply/apply.ts';
import { resolveFile, mergeFiles } from '../../src/manifest/manifest.ts';
import type { ResolvedFile } from '../../src/manifest/manifest.ts';
import { normalizeResources } from '../../src/plan/normalize.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { wantsRestart } from '../../src/plan/restart-backoff.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import { codecs } from '../support/codecs.ts';
import { plainHost } from '../support/containers.ts';
import { openChance } from './chance.ts';
import type { Chance } from './chance.ts';
import { openIncarnation } from './model-host.ts';
import { openVirtualTime } from './virtual-time.ts';
import type { ModelCgroup, ModelProcess, Parts, World } from './world.ts';
import { endProcess, jailIdOf, livingRun, look, openWorld, processesOf, theirs } from './world.ts';

export interface LifeOptions {
  readonly seed: number;
  /** Share of the calls in which something goes wrong. */
  readonly faults?: number;
  /** Changes of the manifests or by others, each followed by a pass. */
  readonly rounds?: number;
}

export interface Life {
  /** What must never happen and did; empty where all is well. */
  readonly violations: readonly string[];
  /** The calls of all passes, with what went wrong in them. */
  readonly story: readonly string[];
  readonly passes: number;
  /** Calls that could go wrong while anything could, and those that did. */
  readonly risks: { readonly taken: number; readonly bad: number };
}

/** Passes without faults after which everything has to be as asked. */
const mostQuietPasses = 8;

/**
 * One host from its first container on: manifests change, others meddle, calls fail and runs are killed, all by one
 * seed, under the real planner and executor. In the end nothing goes wrong any more, and all has to be as asked.
 */
export async function live({ seed, faults = 0.05, rounds = 8 }: LifeOptions): Promise<Life> {
  const chance = openChance(seed);
  const time = openVirtualTime();
  const world = openWorld(time);
  const story: string[] = [];
  const risks = { taken: 0, bad: 0 };
  let passes = 0;
  let manifests: Manifests = {};
  let desired = resolve(manifests);

  const pass = async (share: number): Promise<Plan> => {
    passes += 1;
    const allowHazards = chance.happens(0.5);
    world.mayHurt = allowHazards;
    const plan = makePlan(desired, look(world, desired), codecs.unified, { allowPrune: true, allowHazards });
    const promised = promises(world, desired);
    const incarnation = openIncarnation(world, { share, chance });
    incarnation.host.bundles.sweep();
    await time.run(apply(plan, desired, incarnation.host, { concurrency: 1 + chance.below(4) }));
    story.push(`pass ${passes}: ${plan.changes.map(({ name, action, reason }) => `${name} ${action} (${reason})`).join(', ')}`, ...incarnation.calls.map((call) => `  ${call}`));
    if (share > 0) Object.assign(risks, { taken: risks.taken + incarnation.risks.taken, bad: risks.bad + incarnation.risks.bad });
    const wrong = [...(plan.steps.length === 0 && incarnation.calls.length > 0 ? ['there was nothing to do, and it did something'] : []), ...promised.broken(plan)];
    world.violations.push(...wrong.map((words) => `pass ${passes}: ${words}`));
    return plan;
  };

  for (let round = 0; round < rounds; round += 1) {
    if (chance.happens(0.6)) {
      manifests = edit(manifests, chance);
      desired = resolve(manifests);
      story.push(`manifests: ${Object.values(manifests).join(' | ').replace(/\s+/g, ' ')}`);
    }
    if (chance.happens(0.5)) story.push(`somebody: ${meddle(world, chance)}`);
    await pass(faults);
    if (chance.happens(0.3)) await time.advance(chance.below(2_000));
  }
  // What was left going comes to its end, one way or another.
  await time.advance(1_000);
  let last = await pass(0);
  for (let quiet = 1; last.steps.length > 0 && quiet < mostQuietPasses; quiet += 1) last = await pass(0);
  if (last.steps.length > 0) world.violations.push(`still something to do after ${mostQuietPasses} passes: ${last.steps.map(({ kind, lane }) => `${kind} ${lane}`).join(', ')}`);
  world.violations.push(...unlike(world, desired, last));
  return { violations: world.violations, story, passes, risks };
}

/** Manifest text by group. */
type Manifests = Readonly<Record<string, string>>;

const parsed = new Map<string, ResolvedFile>();

function resolve(manifests: Manifests): DesiredState {
  const files = Object.entries(manifests).map(([group, text]) => {
    const key = `${group} ${text}`;
    const file = parsed.get(key) ?? resolveFile(`${group}.yaml`, text);
    parsed.set(key, file);
    return file;
  });
  const { desired, diagnostics } = mergeFiles({ revision: 'r', files: [], diagnostics: [] }, files);
  if (diagnostics.length > 0) throw new Error(`the manifests of a life are good: ${JSON.stringify(diagnostics)}`);
  return desired;
}

const groups = ['a', 'b', 'c', 'web', 'web', theirs] as const;

function edit(manifests: Manifests, chance: Chance): Manifests {
  const group = chance.pick(groups);
  const { [group]: _gone, ...others } = manifests;
  return chance.happens(0.25) ? others : { ...others, [group]: manifestOf(group, chance) };
}

function manifestOf(group: string, chance: Chance): string {
  return [
    'apiVersion: reconcile/v1',
    'kind: Container',
    `metadata: {name: ${group}}`,
    'spec:',
    ...(group === 'web' ? [`  replicas: ${1 + chance.below(3)}`] : []),
    `  rootfs: {jail: {binaries: [/bin/busybox]}, readonly: ${chance.happens(0.5)}}`,
    `  process: {args: [/bin/busybox, sleep, "${chance.pick(['1', '2'])}"]}`,
    `  hostname: ${chance.pick(['one', 'two'])}`,
    `  restart: {policy: ${chance.pick(['always', 'on-failure', 'never'])}}`,
    `  stop: {timeout: ${chance.pick(['100ms', '1s'])}, signal: TERM}`,
    `  resources: {pids: {max: ${chance.pick(['10', '20'])}}, memory: {max: ${chance.pick(['16Mi', '32Mi', '64Mi', 'max'])}}, cpu: {weight: ${chance.pick(['50', '200'])}}}`,
    '',
  ].join('\n');
}

/** What others do on the host between two passes. */
function meddle(world: World, chance: Chance): string {
  if (chance.happens(0.1)) {
    world.jailId = jailIdOf(chance.below(3));
    return 'files of the host change';
  }
  if (world.containers.size === 1) return 'nothing';
  const name = chance.pick([...world.containers.keys()].filter((one) => one !== theirs));
  const parts = world.containers.get(name) ?? {};
  const { cgroup } = parts;
  const [process] = processesOf(world, name);
  const deeds: Readonly<Record<string, () => void>> = {
    'ends the process': () => { if (process !== undefined) endProcess(world, process, chance.pick([0, 1, 137])); },
    'kills the monitor': () => { delete parts.monitor; },
    'writes a limit': () => { if (cgroup !== undefined) cgroup.files = { ...cgroup.files, 'pids.max': chance.pick(['max', '7']) }; },
    'uses memory': () => { if (cgroup !== undefined && process !== undefined) cgroup.usageBytes = Math.min(chance.pick([0, 20, 40]) * 2 ** 20, boundOf(cgroup)); },
    'freezes it': () => { if (cgroup !== undefined) cgroup.frozen = true; },
    'takes the notes of its process': () => { delete parts.run; },
    // No runtime goes on without the configuration in it.
    'takes its bundle': () => { for (const part of ['record', 'config', 'asked', 'run', 'creation'] as const) delete parts[part]; },
    'takes what the runtime keeps': () => { delete parts.state; },
    'gives its pid to somebody else': () => {
      if (process === undefined) return;
      endProcess(world, process, 1);
      world.processes.set(process.pid, { ...process, owner: undefined, startTime: process.startTime + 1 });
    },
  };
  const deed = chance.pick(Object.keys(deeds));
  deeds[deed]?.();
  return `${name}: ${deed}`;
}

/** No more than the kernel lets it have. */
function boundOf({ files }: ModelCgroup): number {
  const most = Number(files['memory.max']);
  return Number.isNaN(most) ? Infinity : most;
}

/** What a pass must leave as it is, whatever goes wrong in it. */
function promises(world: World, desired: DesiredState): { broken(plan: Plan): string[] } {
  const before = [...world.processes.values()];
  const [content, resting] = [contentOnes(world, desired), restingOnes(world, desired)];
  const foreign = JSON.stringify(world.containers.get(theirs));
  return {
    broken({ changes }) {
      const isForeignTouched = foreign !== JSON.stringify(world.containers.get(theirs)) || processesOf(world, theirs).length !== 1;
      const staying = new Set(changes.filter(({ action }) => action === 'none' || action === 'update').map(({ name }) => name));
      const ended = (processes: readonly ModelProcess[]): ModelProcess[] => processes.filter(({ pid }) => !world.processes.has(pid));
      return [
        ...(isForeignTouched ? ['the container of somebody else was touched'] : []),
        ...ended(content).map(({ owner }) => `${owner} ran as asked, and was ended`),
        ...resting.filter((name) => processesOf(world, name).length > 0).map((name) => `${name} had ended, was not to run again, and runs`),
        ...ended(before).filter(({ owner }) => owner !== undefined && staying.has(owner)).map(({ owner }) => `${owner} was not to be touched, and ended`),
      ];
    },
  };
}

/** Processes that are all that the manifests ask for, and whose removal has not begun: whatever else has to be done to their containers, they go on. */
function contentOnes(world: World, desired: DesiredState): ModelProcess[] {
  return desired.containers.flatMap(({ name, spec }) => {
    const parts = world.containers.get(name);
    const process = parts === undefined ? undefined : livingRun(world, parts);
    const isWhole = parts?.cgroup !== undefined && parts.config === true && parts.record?.rootfsId === world.jailId && parts.state !== 'created';
    return process !== undefined && isWhole && process.owner === name && process.asked === askedOf(spec) ? [process] : [];
  });
}

/** Names of containers that ended by themselves, as their manifests let them. */
function restingOnes(world: World, desired: DesiredState): DesiredContainer['name'][] {
  return desired.containers.flatMap(({ name, spec }) => {
    const { record, config, run, state, exit, asked, cgroup } = world.containers.get(name) ?? {};
    const isWhole = config === true && run !== undefined && state !== 'created' && cgroup !== undefined && record?.rootfsId === world.jailId;
    const mayRest = spec.restart.policy === 'never' || (spec.restart.policy === 'on-failure' && exit?.code === 0);
    return isWhole && mayRest && exit !== undefined && processesOf(world, name).length === 0 && asked === askedOf(spec) ? [name] : [];
  });
}

/** As the configuration of a container says it. */
function askedOf({ process: { args }, hostname, rootfs }: DesiredContainer['spec']): string {
  return JSON.stringify([args, hostname, rootfs.readonly]);
}

/** How the host differs from what is asked, once nothing goes wrong any more. */
function unlike(world: World, desired: DesiredState, plan: Plan): string[] {
  const refused = new Set(plan.changes.filter(({ reason }) => reason === 'refused' || reason === 'waiting').map(({ name }) => name));
  const wanted = new Map(desired.containers.map((container) => [container.name, container]));
  const names = new Set([...wanted.keys(), ...world.containers.keys()]);
  const strangers = [...world.processes.values()].filter(({ owner }) => owner === undefined);
  return [
    ...(strangers.length === 0 ? ['the process of somebody else is gone'] : []),
    ...[...names].filter((name) => !refused.has(name)).flatMap((name) => {
      const container = wanted.get(name);
      return (container === undefined ? remainsOf(world, name) : unlikeOne(world, container)).map((words) => `${name}: ${words}`);
    }),
    ...[...world.jails].filter((jail) => jail !== world.jailId && ![...world.containers.values()].some(({ record }) => record?.rootfsId === jail)).map((jail) => `jail ${jail.slice(-2)} is left`),
  ];
}

function remainsOf(world: World, name: DesiredContainer['name']): string[] {
  const parts = Object.keys(world.containers.get(name) ?? {});
  return [...parts, ...processesOf(world, name).map(({ pid }) => `process ${pid}`)].map((part) => `${part} is left`);
}

function unlikeOne(world: World, container: DesiredContainer): string[] {
  const { name, spec } = container;
  const parts = world.containers.get(name);
  if (parts === undefined) return ['is not there'];
  return [
    ...unlikeLimits(parts, container),
    ...unlikeProcess(world, parts, container),
    // A run that is killed between a limit and its record leaves limits that are right, and nothing to do.
    ...(JSON.stringify({ ...parts.record?.spec, resources: {} }) === JSON.stringify({ ...spec, resources: {} }) ? [] : ['its record is another']),
    ...(parts.creation === undefined ? [] : ['a creation goes on']),
  ];
}

function unlikeLimits({ cgroup }: Parts, { spec }: DesiredContainer): string[] {
  if (cgroup === undefined) return ['it has no cgroup'];
  const { files } = normalizeResources(spec.resources, plainHost, codecs.unified);
  return Object.entries(files).filter(([file, value]) => cgroup.files[file] !== value).map(([file]) => `${file} is ${cgroup.files[file]}`);
}

function unlikeProcess(world: World, parts: Parts, { name, spec }: DesiredContainer): string[] {
  const processes = processesOf(world, name);
  if (livingRun(world, parts) === undefined) {
    const rests = parts.run !== undefined && parts.state !== 'created' && parts.config === true && !wantsRestart(spec.restart, { atMs: 0, ranMs: 0, oomKilled: false, ...parts.exit });
    return [...(rests ? [] : ['does not run']), ...(processes.length === 0 ? [] : ['has a process that nobody knows'])];
  }
  return [
    ...(parts.state === 'created' ? ['was never started'] : []),
    ...(parts.cgroup?.frozen === true ? ['is frozen'] : []),
    ...(processes.length === 1 ? [] : [`has ${processes.length} processes`]),
    ...(processes.every(({ asked }) => asked === askedOf(spec)) ? [] : ['runs as something else was asked for']),
  ];
}
