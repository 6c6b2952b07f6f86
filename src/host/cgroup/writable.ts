import { accessSync, constants } from 'node:fs';
import { errnoOf } from '../../errors.ts';
import type { Obstacle } from './mode.ts';

/** What of these, directories or files that are there, we cannot write. */
export function unwritable(paths: readonly string[]): readonly Obstacle[] {
  return paths.flatMap((path) => {
    const errno = refusalOf(path);
    if (errno === undefined) return [];
    return [{ reason: `${path}: cannot be written (${errno})`, mend: 'run it as root; in a container, run one that has cgroups of its own to write, such as one with Delegate=yes', isPartial: false }];
  });
}

function refusalOf(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return errno === 'ENOENT' ? undefined : errno;
  }
}
