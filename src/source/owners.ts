import { statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { otherWriter } from '../host/others.ts';
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
  const who = otherWriter({ uid, gid, mode }, owners);
  if (who === undefined) return undefined;
  const mend = owners.has(uid) ? `chmod go-w ${file}` : `chown root ${file}`;
  return fileDiagnostic(file, `can be written by ${who}, who would so decide what root does`, `${mend}; or allow it with --any-owner`);
}

/** The same for what is at `realPath` now. */
export function pathProblem(file: string, realPath: string, owners: Owners): Diagnostic | undefined {
  return owners === undefined ? undefined : ownerProblem(file, statSync(realPath), owners);
}
