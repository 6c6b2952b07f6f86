import type { Chance } from './chance.ts';
import { isEnforced, limitsOf } from './manifests.ts';
import { isWatched, monitorsOf } from './monitors.ts';
import type { ModelCgroup, ModelProcess, Parts, World } from './world.ts';
import { endProcess, livingRun, processesOf, theirs } from './world.ts';
import type { ContainerName } from '../../src/state/container-name.ts';

/**
 * What others do on the host between two passes.
 *
 * @param settled containers that the last pass left as their manifests say
 */
export function meddle(world: World, chance: Chance, settled: ReadonlySet<string>): string {
  if (chance.happens(0.15)) {
    const source = chance.pick(['/bin/busybox', '/bin/busybox', '/bin/busybox /bin/true', '/srv/root']);
    world.versions.set(source, chance.below(3));
    return 'files of the host change';
  }
  if (world.containers.size === 1) return 'nothing';
  const name = chance.pick([...world.containers.keys()].filter((one) => one !== theirs));
  const parts = world.containers.get(name) ?? {};
  const deeds = { ...deedsToProcess(world, parts, { name, chance }), ...deedsToLimits(world, parts, { name, chance, settled }), ...deedsToFiles(world, parts, name) };
  const deed = chance.pick(Object.keys(deeds));
  deeds[deed]?.();
  return `${name}: ${deed}`;
}

type Deeds = Readonly<Record<string, () => void>>;

function deedsToProcess(world: World, parts: Parts, { name, chance }: { readonly name: ContainerName; readonly chance: Chance }): Deeds {
  const { cgroup } = parts;
  const process: ModelProcess | undefined = processesOf(world, name)[0];
  return {
    'ends the process': () => { if (process !== undefined) endProcess(world, process, chance.pick([0, 1, 137])); },
    'kills the monitor': () => { if (parts.monitor !== undefined) world.monitors.delete(parts.monitor); },
    'stops the monitor': () => { if (parts.monitor !== undefined && isWatched(world, parts) && parts.monitor.writes === undefined) parts.monitor.stopped ??= {}; },
    'freezes it': () => { if (cgroup !== undefined) cgroup.frozen = true; },
    // Nobody would find one there that no note knows.
    'moves its process elsewhere': () => { if (process !== undefined && process === livingRun(world, parts)) process.stray = true; },
    'gives its pid to somebody else': () => {
      if (process === undefined) return;
      endProcess(world, process, 1);
      world.processes.set(process.pid, { pid: process.pid, owner: undefined, lastsMs: 0, startTime: process.startTime + 1 });
    },
  };
}

interface LimitsContext {
  readonly name: ContainerName;
  readonly chance: Chance;
  readonly settled: ReadonlySet<string>;
}

function deedsToLimits(world: World, parts: Parts, { name, chance, settled }: LimitsContext): Deeds {
  const { cgroup } = parts;
  const spec = world.wanted.get(name)?.spec;
  const isRunning = livingRun(world, parts) !== undefined;
  return {
    'writes a limit': () => {
      if (cgroup === undefined) return;
      const value = chance.pick(['max', '7']);
      const stays = spec !== undefined && settled.has(name) && !isEnforced(spec, 'resources.pids') && cgroup.files['pids.max'] === limitsOf(spec)['pids.max'];
      if (stays || cgroup.foreign !== undefined) cgroup.foreign = value;
      cgroup.meddledWith = true;
      cgroup.files = { ...cgroup.files, 'pids.max': value };
    },
    'uses memory': () => { if (cgroup !== undefined && isRunning) cgroup.usageBytes = Math.min(chance.pick([0, 20, 40]) * 2 ** 20, boundOf(cgroup)); },
    'gives it more memory, which it uses': () => {
      if (cgroup === undefined || !isRunning) return;
      cgroup.files = { ...cgroup.files, 'memory.max': chance.pick(['max', String(2 ** 27)]) };
      cgroup.usageBytes = chance.pick([0, 24, 80]) * 2 ** 20;
    },
  };
}

function deedsToFiles(world: World, parts: Parts, name: ContainerName): Deeds {
  const isAway = processesOf(world, name).some(({ stray }) => stray);
  return {
    'takes the notes of its process': () => { if (!isAway) delete parts.run; },
    // No runtime goes on without the configuration in it. A monitor that is to end by then would be known by nothing else.
    'takes its bundle': () => { if (!isAway && (parts.cgroup !== undefined || monitorsOf(world, name).length === 0)) for (const part of ['record', 'config', 'run', 'creation', 'monitor'] as const) delete parts[part]; },
    // Then nobody can tell that it was never started, and may have no limits yet.
    'takes what the runtime keeps': () => {
      delete parts.state;
      if (parts.cgroup !== undefined) parts.cgroup.meddledWith = true;
    },
  };
}

/** No more than the kernel lets it have. */
function boundOf({ files }: ModelCgroup): number {
  const most = Number(files['memory.max']);
  return Number.isNaN(most) ? Infinity : most;
}
