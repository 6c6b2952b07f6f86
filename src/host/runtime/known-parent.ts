import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { isReplaced, listDir, readTextIfExists } from '../file.ts';
import { pathsOf } from '../paths.ts';
import { cgroupPathIn } from './claims.ts';

/**
 * The cgroup below which the containers of a --root are, as their bundles say; undefined where there is none, or none
 * that we may read. A command that another parent is the default of would take them all for misplaced: any other error
 * of a read is thrown, as the file system throws it.
 */
export function knownParent(root: string): string | undefined {
  const { bundles } = pathsOf({ root, data: '' });
  for (const name of unlessClosed(() => listDir(bundles)) ?? []) {
    const config = unlessClosed(() => readTextIfExists(join(bundles, name, 'config.json')));
    const path = config === undefined ? undefined : cgroupPathIn(config);
    if (path !== undefined) return dirname(path).slice(1);
  }
  return undefined;
}

/** Undefined where this user may not read it, or something else lies there. */
function unlessClosed<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isReplaced(error) || errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM') return undefined;
    throw error;
  }
}
