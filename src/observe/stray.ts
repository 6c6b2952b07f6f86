import type { CgroupMembership } from '../host/proc/cgroup-membership.ts';
import { parseCgroupFile } from '../host/proc/cgroup-membership.ts';

/** The controllers whose limits a process escapes when it is moved. */
const limiting: ReadonlySet<string> = new Set(['cpu', 'cpuset', 'memory', 'pids', 'blkio']);

export interface StrayOptions {
  /** The cgroup in which the process should be; undefined where there is none. */
  readonly path: string | undefined;
  /** Whether that one, or one below it, lists the process. Asked where the paths alone do not tell. */
  isListed(): boolean;
}

/**
 * The cgroup that a process is in, in any hierarchy with limits, where it is neither its own nor one below it.
 *
 * @param memberships the text of /proc/PID/cgroup
 */
export function findStray(memberships: string, { path, isListed }: StrayOptions): string | undefined {
  const paths = limitingPaths(parseCgroupFile(memberships));
  const stray = paths.find((each) => path === undefined || !`${each}/`.startsWith(`${path}/`));
  // In another cgroup namespace than the process we see other paths: if they all agree, the list of processes decides.
  return stray !== undefined && new Set(paths).size === 1 && path !== undefined && isListed() ? undefined : stray;
}

/** Beside v1 hierarchies with limits the unified one has none. */
function limitingPaths(memberships: readonly CgroupMembership[]): string[] {
  const limited = memberships.filter(({ controllers }) => controllers.some((name) => limiting.has(name)));
  const places = limited.length > 0 ? limited : memberships.filter(({ hierarchyId }) => hierarchyId === 0);
  return places.map(({ path }) => path);
}
