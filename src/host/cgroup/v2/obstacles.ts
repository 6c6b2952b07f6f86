import { dirExists, hasFile } from '../cgroup-dir.ts';
import { readCgroupFile, readPids } from '../cgroup-file.ts';
import { delegatedDepth } from '../delegated.ts';
import type { Hierarchy } from '../detect.ts';
import { pathDown } from '../mode.ts';
import type { NewerFile, Obstacle, Site } from '../mode.ts';
import { unwritable } from '../writable.ts';
import { controllersOf, enabledIn, limitControllers, placesToLook } from './controllers.ts';

/** What `makeParent` would meet in the cgroups that are there, from the first one that is ours to write. */
export function obstacles({ hierarchies, parent }: Site): readonly Obstacle[] {
  return hierarchies.flatMap((hierarchy) => {
    const dirs = pathDown(hierarchy, parent).slice(delegatedDepth(parent)).filter(dirExists);
    const [first] = dirs;
    if (first === undefined) return [];
    const granted = limitControllers.filter((name) => controllersOf(first).includes(name));
    const controls = dirs.filter((dir) => missingIn(dir, granted).length > 0).map((dir) => `${dir}/cgroup.subtree_control`);
    return [...withheld(first, granted, hierarchy), ...dirs.flatMap((dir) => unfit(dir, granted)), ...unwritable([...dirs.slice(-1), ...controls])];
  });
}

/** Controllers that the cgroup above keeps, or a systemd that was not asked to delegate. The root has all there are. */
function withheld(first: string, granted: readonly string[], { mountPoint }: Hierarchy): readonly Obstacle[] {
  if (isRoot(first)) return [];
  const available = first === mountPoint ? limitControllers : controllersOf(mountPoint);
  const kept = limitControllers.filter((name) => available.includes(name) && !granted.includes(name));
  if (kept.length === 0) return [];
  return [{
    reason: `${first}: has no ${kept.join(', ')}: the cgroup above keeps ${kept.length === 1 ? 'it' : 'them'}, and limits of ${kept.length === 1 ? 'it' : 'these'} cannot be held`,
    mend: 'Delegate=yes in the unit that this cgroup belongs to, systemctl daemon-reload, and start the unit anew',
    isPartial: true,
  }];
}

/** A cgroup other than the root either has processes, or lets those in it have controllers. */
function unfit(dir: string, granted: readonly string[]): readonly Obstacle[] {
  if (isRoot(dir)) return [];
  const type = readCgroupFile(`${dir}/cgroup.type`) ?? '';
  if (type !== 'domain') return [{ reason: `${dir}: is ${type}: no container can be below it`, mend: 'choose another --cgroup-parent', isPartial: false }];
  const [missing, pids] = [missingIn(dir, granted), readPids(dir)];
  if (missing.length === 0 || pids.length === 0) return [];
  return [{
    reason: `${dir}: has processes (${someOf(pids)}), and then cgroups in it can have no ${missing.join(', ')}: EBUSY`,
    mend: 'choose another --cgroup-parent, or move the processes into a cgroup of their own below that one',
    isPartial: false,
  }];
}

/** Of all cgroups the root alone has no type. */
function isRoot(dir: string): boolean {
  return !hasFile(dir, 'cgroup.type');
}

function missingIn(dir: string, granted: readonly string[]): string[] {
  const enabled = enabledIn(dir);
  return granted.filter((name) => !enabled.includes(name));
}

function someOf(pids: readonly number[]): string {
  const shown = pids.slice(0, 3).join(', ');
  return pids.length > 3 ? `${shown} and ${pids.length - 3} more` : shown;
}

const newer: readonly (Omit<NewerFile, 'isThere'> & { readonly controller?: string })[] = [
  { name: 'cpu.pressure', since: '4.20', option: 'CONFIG_PSI', without: 'status tells no pressure' },
  { name: 'cgroup.kill', since: '5.14', without: 'the processes of a container are frozen and killed one by one, which takes longer' },
  { name: 'memory.reclaim', since: '5.19', controller: 'memory', without: 'a memory limit goes below usage by way of memory.high, which slows the container down' },
];

/** Looks at every cgroup that should have such a file. */
export function newerFiles({ hierarchies, parent }: Site): readonly NewerFile[] {
  const places = hierarchies.flatMap((hierarchy) => placesToLook(hierarchy, parent)).filter(dirExists);
  return newer.map(({ controller, ...file }) => {
    const dirs = places.filter((dir) => controller === undefined || controllersOf(dir).includes(controller));
    return { ...file, isThere: dirs.length === 0 ? undefined : dirs.some((dir) => hasFile(dir, file.name)) };
  });
}
