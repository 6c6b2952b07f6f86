import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import type { Diagnostic } from '../manifest/diagnostic.ts';
import { fileDiagnostic } from './file-diagnostic.ts';

/**
 * Users that may decide what root does, by number. Whoever can write a manifest has the rights of root: containers may mount
 * what they like. Undefined: anybody may.
 */
export type Owners = ReadonlySet<number> | undefined;

/** The diagnostic for a file or a folder that others can write, or undefined. */
export function ownerProblem(file: string, { uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>, owners: Owners): Diagnostic | undefined {
  if (owners === undefined) return undefined;
  const who = othersWho({ uid, gid, mode }, owners);
  if (who === undefined) return undefined;
  const mend = owners.has(uid) ? `chmod go-w ${file}` : `chown root ${file}`;
  return fileDiagnostic(file, `can be written by ${who}, who would so decide what root does`, `${mend}; or allow it with --any-owner`);
}

function othersWho({ uid, gid, mode }: Pick<Stats, 'uid' | 'gid' | 'mode'>, owners: ReadonlySet<number>): string | undefined {
  if (!owners.has(uid)) return `user ${uid}`;
  if ((mode & 0o002) !== 0) return 'anybody';
  return (mode & 0o020) !== 0 && gid !== 0 ? `group ${gid}` : undefined;
}

/** The same for what is at `realPath` now. */
export function pathProblem(file: string, realPath: string, owners: Owners): Diagnostic | undefined {
  return owners === undefined ? undefined : ownerProblem(file, statSync(realPath), owners);
}
