import type { CgroupMembership } from '../host/proc/cgroup-membership.ts';
import { readCgroups } from '../host/proc/cgroup-membership.ts';
import type { ObservedCgroup } from '../state/observed.ts';

/** The controllers whose limits a process escapes when it is moved. */
const limiting: ReadonlySet<string> = new Set(['cpu', 'cpuset', 'memory', 'pids', 'blkio']);

/** The cgroup that a process is in, in any hierarchy with limits, where it is neither its own nor one below it. */
export function findStray(pid: number, cgroup: ObservedCgroup | undefined): string | undefined {
  const paths = limitingPaths(readCgroups(pid) ?? []);
  const isListed = cgroup?.pids.includes(pid) === true;
  // In another cgroup namespace than the process we see other paths: if they all agree, the list of processes decides.
  if (isListed && new Set(paths).size <= 1) return undefined;
  return paths.find((path) => cgroup === undefined || !`${path}/`.startsWith(`${cgroup.path}/`));
}

/** Beside v1 hierarchies with limits the unified one has none. */
function limitingPaths(memberships: readonly CgroupMembership[]): string[] {
  const limited = memberships.filter(({ controllers }) => controllers.some((name) => limiting.has(name)));
  const places = limited.length > 0 ? limited : memberships.filter(({ hierarchyId }) => hierarchyId === 0);
  return places.map(({ path }) => path);
}
