import type { Stats } from 'node:fs';

/** Who besides these users, by number, can write what has these rights: `user 1000`, `group 50`, `anybody`. The group of root has nobody but root. */
export function otherWriter({ uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>, owners: ReadonlySet<number>): string | undefined {
  if (!owners.has(uid)) return `user ${uid}`;
  if ((mode & 0o002) !== 0) return 'anybody';
  return (mode & 0o020) !== 0 && gid !== 0 ? `group ${gid}` : undefined;
}
