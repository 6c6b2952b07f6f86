import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { listDir } from '../file.ts';
import { pathsOf } from '../paths.ts';
import { cgroupPathIn } from './claims.ts';

/**
 * The cgroup below which the containers of a --root are, as their bundles say; undefined where there is none, or none
 * that we may read. A command that another parent is the default of would take them all for misplaced.
 */
export function knownParent(root: string): string | undefined {
  const { bundles } = pathsOf({ root, data: '' });
  for (const name of namesIn(bundles)) {
    const path = cgroupPathIn(join(bundles, name));
    if (path !== undefined) return dirname(path).slice(1);
  }
  return undefined;
}

function namesIn(folder: string): string[] {
  try {
    return listDir(folder);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return [];
  }
}
