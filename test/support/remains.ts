import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { initsOf } from './inits.ts';
import type { Instance } from './instance.ts';
import { cgroupFolders, commandLine, mountsBelow, pidsOf, processesNaming, startTimeOf } from './kernel.ts';

/** Everything of an instance that does not fit containers of exactly these names, one process each; empty where all is well. */
export function misfits(host: Pick<Instance, 'root' | 'data' | 'parent' | 'cgroup'>, names: readonly string[]): string[] {
  const found: Readonly<Record<string, readonly string[]>> = {
    bundles: filesIn(host.root, 'bundles'),
    'runtime states': filesIn(host.root, 'runtime'),
    layers: filesIn(host.data, 'layers'),
    cgroups: [...new Set(cgroupFolders(host.parent).flatMap(foldersIn))],
    processes: names.filter((name) => pidsOf(host.cgroup(name)).length === 1),
  };
  const wanted = [...names].sort().join(' ');
  const wrong = Object.entries(found).filter(([, present]) => [...present].sort().join(' ') !== wanted);
  // A process that was started a moment ago still goes by the command line of the runtime that made it.
  const inside = new Set(names.flatMap((name) => pidsOf(host.cgroup(name))));
  const monitors = processesNaming(`${host.root}/bundles`).filter((pid) => !inside.has(pid));
  return [
    ...wrong.map(([what, present]) => `${what}: ${present.join(' ')}`),
    // Root filesystems are mounted where the host does not see them.
    ...mountsBelow(join(host.root, 'bundles')).slice(1).map((point) => `mount ${point}`),
    ...(monitors.length === names.length ? [] : [`${monitors.length} monitors: ${monitors.map(commandLine).join(' | ')}`]),
    ...filesIn(host.root, 'exits').map((file) => `exit file ${file}`),
    ...[...filesIn(host.data, 'jails'), ...names.flatMap((name) => filesIn(host.root, 'bundles', name))].filter((file) => file.startsWith('.')),
  ];
}

/** Pid of a container's conmon. Throws where it left no note. */
export function monitorOf(host: Instance, name: string): number {
  return Number(readFileSync(join(host.root, 'bundles', name, 'conmon.pid'), 'utf8'));
}

/** When the first process of each container began; undefined where it has none. */
export function startsOf(host: Instance, names: readonly string[]): (string | undefined)[] {
  return names.map((name) => startTimeOf(initsOf(host, name)[0] ?? 0));
}

/** Names in a folder, which need not be there. */
export function filesIn(...parts: readonly string[]): string[] {
  try {
    return readdirSync(join(...parts));
  } catch {
    return [];
  }
}

export function foldersIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
