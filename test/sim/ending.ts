import { wantsRestart } from '../../src/plan/restart-backoff.ts';
import type { Change, Plan } from '../../src/plan/types.ts';
import type { DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import { isEnforced, limitsOf, unlikeLimits } from './manifests.ts';
import { isWatched, monitorsLeft } from './monitors.ts';
import { askedOf, unusedJails } from './promises.ts';
import type { Parts, World } from './world.ts';
import { livingRun, processesOf, rootfsIdOf, theirs, wasEndedByUs } from './world.ts';

/** How the host differs from what is asked, once nothing goes wrong any more. */
export function unlike(world: World, desired: DesiredState, plan: Plan): string[] {
  const held = plan.changes.filter(({ reason }) => reason === 'refused' || reason === 'waiting');
  const refused = new Set(held.map(({ name }) => name));
  const wanted = new Map(desired.containers.map((container) => [container.name, container]));
  const names = new Set([...wanted.keys(), ...world.containers.keys()]);
  const strangers = [...world.processes.values()].filter(({ owner }) => owner === undefined);
  return [
    ...(strangers.length === 0 ? ['the process of somebody else is gone'] : []),
    ...[...names].filter((name) => !refused.has(name)).flatMap((name) => {
      const container = wanted.get(name);
      return (container === undefined ? remainsOf(world, name) : unlikeOne(world, container)).map((words) => `${name}: ${words}`);
    }),
    ...held.flatMap((change) => wronglyRefused(world, change)),
    ...monitorsLeft(world).map((monitor) => `a monitor of ${monitor.name} is left`),
    ...unusedJails(world),
  ];
}

/** Nothing is asked for here that a host could not give, but for memory that is in use. */
function wronglyRefused(world: World, { name, refusals }: Change): string[] {
  const spec = world.wanted.get(name)?.spec;
  const usageBytes = world.containers.get(name)?.cgroup?.usageBytes ?? 0;
  const isFull = spec !== undefined && usageBytes > Number(limitsOf(spec)['memory.max']);
  return isFull || name === theirs ? [] : [`${name} is refused: ${refusals.map(({ message }) => message).join(', ')}`];
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
    ...unlikeKernel(parts, container),
    ...unlikeProcess(world, parts, container),
    ...(JSON.stringify(parts.record?.spec) === JSON.stringify(spec) ? [] : ['its record is another']),
    ...(parts.creation === undefined ? [] : ['a creation goes on']),
  ];
}

function unlikeKernel({ cgroup }: Parts, { spec }: DesiredContainer): string[] {
  if (cgroup === undefined) return ['it has no cgroup'];
  const isFree = (cgroup.meddledWith === true || cgroup.unnoted === true) && !isEnforced(spec, 'resources.pids');
  return unlikeLimits(cgroup.files, spec).filter((words) => !isFree || !words.startsWith('pids.max'));
}

function unlikeProcess(world: World, parts: Parts, { name, spec }: DesiredContainer): string[] {
  const processes = processesOf(world, name);
  if (livingRun(world, parts) === undefined) {
    const rests = !wasEndedByUs(world, parts) && parts.run !== undefined && parts.state !== 'created' && parts.config !== undefined && !wantsRestart(spec.restart, { atMs: 0, ranMs: 0, oomKilled: false, ...parts.exit });
    return [...(rests ? [] : ['does not run']), ...(processes.length === 0 ? [] : ['has a process that nobody knows'])];
  }
  return [...unlikeRun(world, parts, { name, spec }), ...unlikeWatched(world, parts, spec)];
}

/** It goes on, and somebody keeps its log and sees how it ends. */
function unlikeWatched(world: World, parts: Parts, { restart }: DesiredContainer['spec']): string[] {
  const frozen = parts.cgroup?.frozen === true ? ['is frozen'] : [];
  if (!isWatched(world, parts)) return restart.policy === 'never' ? frozen : [...frozen, 'has no monitor'];
  return parts.monitor?.stopped === undefined ? frozen : [...frozen, 'has a monitor that stands still'];
}

function unlikeRun(world: World, parts: Parts, { name, spec }: Pick<DesiredContainer, 'name' | 'spec'>): string[] {
  const processes = processesOf(world, name);
  const isOfNow = processes.every(({ config }) => config?.rootfsId === rootfsIdOf(world, spec.rootfs));
  return [
    ...(parts.state === 'created' ? ['was never started'] : []),
    ...(processes.length === 1 ? [] : [`has ${processes.length} processes`]),
    ...(processes.every(({ config }) => config?.asked === askedOf(spec)) ? [] : ['runs as something else was asked for']),
    ...(isOfNow || !isEnforced(spec, 'rootfs') ? [] : ['runs over files that are no longer those of the host']),
    ...(processes.some(({ stray }) => stray === true) ? ['runs in another cgroup'] : []),
  ];
}
