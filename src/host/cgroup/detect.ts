import { ReconcileError } from '../../errors.ts';
import type { CgroupMode } from '../../state/observed.ts';
import { parseMountinfo } from '../proc/mountinfo.ts';
import type { MountEntry } from '../proc/mountinfo.ts';

/** One mounted tree of cgroups. */
export interface Hierarchy {
  readonly mountPoint: string;
  /** Which cgroup is mounted there: "/" is all of the tree, anything else a part, as inside a container. */
  readonly root: string;
  /** True for cgroup2, whose controllers a file tells and not the mount. */
  readonly unified: boolean;
  /** As mounted; empty for cgroup2 and for a hierarchy that only has a name, such as systemd's. */
  readonly controllers: readonly string[];
}

export interface CgroupLayout {
  readonly mode: CgroupMode;
  /** Every hierarchy in which a cgroup of ours may lie, cgroup2 last. */
  readonly hierarchies: readonly Hierarchy[];
}

/** Controllers that hold limits of ours. One of them mounted the old way makes the host hybrid or legacy. */
const limitControllers: ReadonlySet<string> = new Set(['cpu', 'cpuset', 'memory', 'pids', 'blkio']);

/** Mount options of cgroup v1 that are controllers: cgroups(7). */
const knownControllers: ReadonlySet<string> = new Set([
  ...limitControllers,
  ...['cpuacct', 'devices', 'freezer', 'hugetlb', 'misc', 'net_cls', 'net_prio', 'perf_event', 'rdma', 'debug'],
]);

/** Finds the hierarchies in the text of a mountinfo file. Throws ERR_HOST_UNSUPPORTED where none holds limits. */
export function detectCgroups(mountinfo: string): CgroupLayout {
  const mounts = visibleMounts(parseMountinfo(mountinfo));
  const old = distinct(mounts.filter((entry) => entry.fsType === 'cgroup').map(oldHierarchy));
  const unified = distinct(mounts.filter((entry) => entry.fsType === 'cgroup2').map(unifiedHierarchy));
  const limited = old.some(({ controllers }) => controllers.some((controller) => limitControllers.has(controller)));
  if (limited) return { mode: unified.length > 0 ? 'hybrid' : 'legacy', hierarchies: [...old, ...unified] };
  if (unified.length > 0) return { mode: 'unified', hierarchies: unified };
  throw new ReconcileError('ERR_HOST_UNSUPPORTED', `/proc/self/mountinfo: ${nothingFound(old)}`, {
    hint: 'mount cgroup2 at /sys/fs/cgroup: mount -t cgroup2 none /sys/fs/cgroup',
  });
}

/** The uppermost mount of each mount point: a later one hides an earlier one. */
function visibleMounts(mounts: readonly MountEntry[]): MountEntry[] {
  return [...new Map(mounts.map((entry) => [entry.mountPoint, entry])).values()];
}

function oldHierarchy({ mountPoint, root, superOptions }: MountEntry): Hierarchy {
  const controllers = superOptions.filter((option) => knownControllers.has(option));
  return { mountPoint, root, unified: false, controllers };
}

function unifiedHierarchy({ mountPoint, root }: MountEntry): Hierarchy {
  return { mountPoint, root, unified: true, controllers: [] };
}

/** One mount of each tree: that of the whole tree before that of a part, else the first. Named trees all stay. */
function distinct(hierarchies: readonly Hierarchy[]): Hierarchy[] {
  const byTree = new Map<string, Hierarchy>();
  for (const hierarchy of hierarchies) {
    const tree = treeOf(hierarchy);
    const known = byTree.get(tree);
    if (known === undefined || (known.root !== '/' && hierarchy.root === '/')) byTree.set(tree, hierarchy);
  }
  return [...byTree.values()];
}

function treeOf({ unified, controllers, mountPoint }: Hierarchy): string {
  if (unified) return 'unified';
  return controllers.length > 0 ? controllers.join() : mountPoint;
}

function nothingFound(old: readonly Hierarchy[]): string {
  return old.length === 0
    ? 'no cgroup file system is mounted'
    : 'cgroup v1 is mounted without any of the controllers cpu, cpuset, memory, pids, blkio, and cgroup2 is not';
}
