import { ReconcileError, errnoOf } from '../../../errors.ts';
import { keyedValue } from '../amounts.ts';
import { dirExists, hasFile, makeCgroup, pidsOfSubtree } from '../cgroup-dir.ts';
import { readCgroupFile, writeCgroupFile, writeIfPresent } from '../cgroup-file.ts';
import { delegatedDepth } from '../delegated.ts';
import type { Hierarchy } from '../detect.ts';
import { pathDown } from '../mode.ts';
import type { Findings, Mode, Place, Site } from '../mode.ts';
import { findUnsupported } from '../requirement.ts';
import type { Evidence, Requirement } from '../requirement.ts';
import { killAll } from '../signal.ts';
import { controllersOf, enabledIn, limitControllers, placesToLook } from './controllers.ts';
import { limitTables } from './limit-tables.ts';
import { newerFiles, obstacles } from './obstacles.ts';
import { makeRoom } from './room.ts';

/** One tree for all controllers; a directory has the files of those that its parent enables. */
export const v2: Mode = {
  controllers: limitTables,
  hierarchyOf,
  look,
  cpusetFiles: { cpus: 'cpuset.cpus.effective', mems: 'cpuset.mems.effective' },
  makeParent,
  obstacles,
  newerFiles,
  kill,
  makeRoom,
  protections: ['memory.min', 'memory.low'],
  freezer: {
    hierarchyOf: (hierarchies) => hierarchyOf('', hierarchies),
    file: 'cgroup.events',
    isFrozen: (content) => keyedValue(content, 'frozen') === 1,
    thaw: (dir) => { setFreeze(dir, '0'); },
  },
};

const requirements: readonly Requirement[] = [
  { field: 'cpu.max', controller: 'cpu', files: [{ file: 'cpu.max' }] },
  { field: 'cpu.weight', controller: 'cpu', files: [{ file: 'cpu.weight' }] },
  { field: 'cpuset.cpus', controller: 'cpuset', files: [{ file: 'cpuset.cpus' }] },
  { field: 'cpuset.mems', controller: 'cpuset', files: [{ file: 'cpuset.mems' }] },
  { field: 'memory.min', controller: 'memory', files: [{ file: 'memory.min' }] },
  { field: 'memory.low', controller: 'memory', files: [{ file: 'memory.low' }] },
  { field: 'memory.high', controller: 'memory', files: [{ file: 'memory.high' }] },
  { field: 'memory.max', controller: 'memory', files: [{ file: 'memory.max' }] },
  { field: 'memory.swap.max', controller: 'memory', files: [{ file: 'memory.swap.max' }] },
  { field: 'memory.oom.group', controller: 'memory', files: [{ file: 'memory.oom.group' }] },
  { field: 'pids.max', controller: 'pids', files: [{ file: 'pids.max' }] },
  { field: 'io.max', controller: 'io', files: [{ file: 'io.max' }] },
  {
    field: 'io.weight',
    controller: 'io',
    files: [
      { file: 'io.weight', rootSign: 'io.cost.qos' },
      // The root never shows a sign of BFQ: without another cgroup to look at, it counts as absent.
      { file: 'io.bfq.weight', rootSign: 'io.bfq.weight' },
    ],
  },
];

function hierarchyOf(_controller: string, hierarchies: readonly Hierarchy[]): Hierarchy | undefined {
  return hierarchies.find((hierarchy) => hierarchy.unified);
}

function look({ hierarchies, parent }: Site): Findings {
  const hierarchy = hierarchies.find((each) => each.unified);
  return findUnsupported(requirements, {
    evidence: (controller) => (hierarchy === undefined ? undefined : evidence(controller, hierarchy, parent)),
    absence: (controller) => `controller ${controller} is not in ${hierarchy?.mountPoint}/cgroup.controllers`,
  });
}

/** Looks at the nearest directory that has the controller enabled, else at the root. */
function evidence(controller: string, hierarchy: Hierarchy, parent: readonly string[]): Evidence | undefined {
  const { mountPoint } = hierarchy;
  if (!controllersOf(mountPoint).includes(controller)) return undefined;
  const dir = placesToLook(hierarchy, parent).find((each) => controllersOf(each).includes(controller));
  return { has: (file) => hasFile(dir ?? mountPoint, file), root: dir === undefined };
}

function makeParent({ hierarchies, parent }: Site): boolean {
  let changed = false;
  for (const dir of hierarchies.flatMap((hierarchy) => pathDown(hierarchy, parent).slice(delegatedDepth(parent)))) {
    if (!dirExists(dir)) {
      makeCgroup(dir);
      changed = true;
    }
    changed = enableControllers(dir) || changed;
  }
  return changed;
}

/**
 * All in one write. In a cgroup with processes that fails as a whole; one by one those that can be threaded would be
 * enabled, which turns the cgroup into one that no container can be in. Where something else fails, one write a
 * controller, so that the error names each that failed and the others are enabled.
 */
function enableControllers(dir: string): boolean {
  const available = controllersOf(dir);
  const enabled = enabledIn(dir);
  const missing = limitControllers.filter((name) => available.includes(name) && !enabled.includes(name));
  if (missing.length === 0) return false;
  const failed = enable(dir, missing);
  if (failed === undefined) return true;
  if (missing.length === 1 || errnoOf(failed.cause) === 'EBUSY') throw failed;
  const errors = missing.map((name) => enable(dir, [name])).filter((error) => error !== undefined);
  if (errors.length === 0) return true;
  throw new ReconcileError('ERR_CGROUP_WRITE', errors.map((error) => error.message).join('; '), {
    ...(errors[0]?.hint === undefined ? {} : { hint: errors[0].hint }),
    cause: errors[0],
    retryable: errors.every((error) => error.retryable),
  });
}

function enable(dir: string, names: readonly string[]): ReconcileError | undefined {
  try {
    const path = `${dir}/cgroup.subtree_control`;
    const object = `enable controller${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
    writeCgroupFile({ object, path, value: names.map((name) => `+${name}`).join(' ') });
    return undefined;
  } catch (error) {
    if (error instanceof ReconcileError) return error;
    throw error;
  }
}

/** cgroup.kill reaches forks in flight and frozen processes; kernels before 5.14 and threaded cgroups lack it. */
function kill(places: readonly Place[]): void {
  for (const { dir } of places) {
    // Our own process can be neither killed with the others nor frozen: it could not thaw itself.
    if (pidsOfSubtree(dir).includes(process.pid)) killAll([dir]);
    else if (!killAtOnce(dir)) killFrozen(dir);
  }
}

function killAtOnce(dir: string): boolean {
  // The root of a threaded subtree, "domain threaded", has it.
  if (readCgroupFile(`${dir}/cgroup.type`) === 'threaded') return false;
  return writeIfPresent({ object: dir, path: `${dir}/cgroup.kill`, value: '1' });
}

function killFrozen(dir: string): void {
  setFreeze(dir, '1');
  try {
    killAll([dir]);
  } finally {
    setFreeze(dir, '0');
  }
}

function setFreeze(dir: string, value: '0' | '1'): void {
  writeIfPresent({ object: dir, path: `${dir}/cgroup.freeze`, value });
}
