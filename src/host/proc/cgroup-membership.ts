import { readProcRecord } from './proc-file.ts';

/** The cgroup of a process in one hierarchy. */
export interface CgroupMembership {
  /** 0 is the unified hierarchy. */
  readonly hierarchyId: number;
  /** Empty for the unified hierarchy; a named one, such as systemd's, shows as "name=systemd". */
  readonly controllers: readonly string[];
  /** Beneath the hierarchy's root, as the reader's cgroup namespace sees it. */
  readonly path: string;
  /** The cgroup was removed while the process, already ended, was still in it. */
  readonly deleted: boolean;
}

/** /proc/PID/cgroup as it is, for `parseCgroupFile`; undefined where the process is gone. Throws ERR_PROC_UNREADABLE. */
export function readCgroupText(pid: number): string | undefined {
  return readProcRecord(`/proc/${pid}/cgroup`);
}

const deletedMark = ' (deleted)';

/** Parses /proc/PID/cgroup, see cgroups(7). A path may hold colons. */
export function parseCgroupFile(text: string): CgroupMembership[] {
  const memberships: CgroupMembership[] = [];
  for (const line of text.split('\n')) {
    const [, id, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined) continue;
    const deleted = path.endsWith(deletedMark);
    memberships.push({
      hierarchyId: Number(id),
      controllers: controllers === '' ? [] : controllers.split(','),
      path: deleted ? path.slice(0, -deletedMark.length) : path,
      deleted,
    });
  }
  return memberships;
}
