import { childrenOf, dirExists, hasFile, makeCgroup, pidsOfSubtree, subtreeOf } from '../cgroup-dir.ts';
import { readCgroupFile, writeCgroupFile, writeIfPresent } from '../cgroup-file.ts';
import type { Unsupported } from '../controller.ts';
import type { Hierarchy } from '../detect.ts';
import { pathDown } from '../mode.ts';
import type { Findings, Mode, Obstacle, Place, Site } from '../mode.ts';
import { findUnsupported } from '../requirement.ts';
import type { Evidence, Requirement } from '../requirement.ts';
import { killAll } from '../signal.ts';
import { unwritable } from '../writable.ts';
import { limitTables } from './limit-tables.ts';

const cpusetFiles = { cpus: 'cpuset.cpus', mems: 'cpuset.mems' };

/** Each controller has a tree of its own; a cgroup is a directory of one name in all of them. */
export const v1: Mode = {
  controllers: limitTables,
  hierarchyOf,
  look,
  cpusetFiles,
  makeParent,
  obstacles,
  newerFiles: () => [],
  kill,
  protections: [],
  freezer: {
    hierarchyOf: (hierarchies) => hierarchyOf('freezer', hierarchies),
    file: 'freezer.state',
    isFrozen: (content) => content !== 'THAWED',
    thaw: (dir) => { setFreezer(dir, 'THAWED'); },
  },
};

const requirements: readonly Requirement[] = [
  { field: 'cpu.max', controller: 'cpu', files: [anywhere('cpu.cfs_quota_us')] },
  { field: 'cpu.weight', controller: 'cpu', files: [anywhere('cpu.shares')] },
  { field: 'cpuset.cpus', controller: 'cpuset', files: [anywhere('cpuset.cpus')] },
  { field: 'cpuset.mems', controller: 'cpuset', files: [anywhere('cpuset.mems')] },
  { field: 'memory.max', controller: 'memory', files: [anywhere('memory.limit_in_bytes')] },
  { field: 'memory.swap.max', controller: 'memory', files: [anywhere('memory.memsw.limit_in_bytes')] },
  { field: 'pids.max', controller: 'pids', files: [{ file: 'pids.max' }] },
  { field: 'io.max', controller: 'blkio', files: [anywhere('blkio.throttle.read_bps_device')] },
  {
    field: 'io.weight',
    controller: 'blkio',
    files: [
      { file: 'blkio.bfq.weight', rootSign: 'blkio.bfq.io_service_bytes' },
      { file: 'blkio.weight', rootSign: 'blkio.leaf_weight' },
    ],
  },
];

const lacking: Unsupported = {
  'memory.min': 'cgroup v1 has no memory.min, nor any other protection of memory',
  'memory.low': 'cgroup v1 has no memory.low: its memory.soft_limit_in_bytes does not protect',
  'memory.high': 'cgroup v1 has no memory.high: memory can be limited by memory.max alone',
  'memory.oom.group': 'cgroup v1 has no memory.oom.group: where memory runs out, one process is killed',
};

/** A file that the root cgroup has like every other. */
function anywhere(file: string): { readonly file: string; readonly rootSign: string } {
  return { file, rootSign: file };
}

function hierarchyOf(controller: string, hierarchies: readonly Hierarchy[]): Hierarchy | undefined {
  return hierarchies.find((hierarchy) => hierarchy.controllers.includes(controller));
}

function look(site: Site): Findings {
  const findings = findUnsupported(requirements, {
    evidence: (controller) => evidence(controller, site),
    absence: (controller) => absence(controller, site.hierarchies),
  });
  return { ...findings, unsupported: { ...lacking, ...findings.unsupported } };
}

/** Looks at the nearest directory above the containers, else at any cgroup, else at the root. */
function evidence(controller: string, { hierarchies, parent }: Site): Evidence | undefined {
  const hierarchy = hierarchyOf(controller, hierarchies);
  if (hierarchy === undefined) return undefined;
  const { mountPoint } = hierarchy;
  const near = pathDown(hierarchy, parent).slice(1).reverse().find(dirExists);
  const child = near === undefined ? childrenOf(mountPoint)[0] : undefined;
  const dir = near ?? (child === undefined ? mountPoint : `${mountPoint}/${child}`);
  return { has: (file) => hasFile(dir, file), root: dir === mountPoint };
}

function absence(controller: string, hierarchies: readonly Hierarchy[]): string {
  const unified = hierarchies.find((hierarchy) => hierarchy.unified);
  const others = unified === undefined ? '' : (readCgroupFile(`${unified.mountPoint}/cgroup.controllers`) ?? '');
  const name = controller === 'blkio' ? 'io' : controller;
  return others.split(' ').includes(name)
    ? `controller ${name} is at ${unified?.mountPoint}, while others are in hierarchies of their own`
    : `controller ${controller} is not mounted`;
}

function makeParent({ hierarchies, parent }: Site): boolean {
  const made = hierarchies
    .filter(({ controllers }) => controllers.length > 0)
    .map((hierarchy) => makeDown(pathDown(hierarchy, parent), hierarchy.controllers.includes('cpuset')));
  return made.includes(true);
}

/** What `makeParent` would meet: nothing but a directory that cannot be written. */
function obstacles({ hierarchies, parent }: Site): readonly Obstacle[] {
  const limiting = hierarchies.filter(({ controllers }) => controllers.length > 0);
  return unwritable(limiting.flatMap((hierarchy) => pathDown(hierarchy, parent).findLast(dirExists) ?? []));
}

function makeDown(dirs: readonly string[], isCpuset: boolean): boolean {
  let made = false;
  for (const [index, dir] of dirs.entries()) {
    const above = dirs[index - 1];
    if (above === undefined) continue;
    if (!dirExists(dir)) {
      makeCgroup(dir);
      made = true;
    }
    if (isCpuset) fillCpuset(dir, above);
    if (isCpuset && dir === dirs.at(-1)) fillChildren(dir);
  }
  return made;
}

/** A new cpuset is empty, and takes neither processes nor children with CPUs before it is filled. */
function fillCpuset(dir: string, above: string): void {
  for (const file of Object.values(cpusetFiles)) {
    if (readCgroupFile(`${dir}/${file}`) !== '') continue;
    writeCgroupFile({ object: 'fill cpuset', path: `${dir}/${file}`, value: readCgroupFile(`${above}/${file}`) ?? '' });
  }
}

/**
 * Lets the kernel fill each new cpuset in it. The runtime would do that by two writes, for each of which the kernel goes over
 * all cpusets and schedules anew: cgroup.clone_children in Linux, Documentation/admin-guide/cgroup-v1/cgroups.rst.
 */
function fillChildren(dir: string): void {
  const path = `${dir}/cgroup.clone_children`;
  if (readCgroupFile(path) === '0') writeCgroupFile({ object: 'fill cpusets', path, value: '1' });
}

/** A frozen process dies only when it thaws; those below have a state of their own. */
function kill(places: readonly Place[]): void {
  const freezers = places.filter(({ hierarchy }) => hierarchy.controllers.includes('freezer')).map(({ dir }) => dir);
  for (const dir of freezers) freeze(dir);
  try {
    killAll(places.map(({ dir }) => dir));
  } finally {
    for (const dir of freezers.flatMap(subtreeOf)) setFreezer(dir, 'THAWED');
  }
}

/** Never with our own process inside: it could not thaw itself. */
function freeze(dir: string): void {
  if (!pidsOfSubtree(dir).includes(process.pid)) setFreezer(dir, 'FROZEN');
}

function setFreezer(dir: string, value: 'FROZEN' | 'THAWED'): void {
  writeIfPresent({ object: dir, path: `${dir}/freezer.state`, value });
}
