import { closeSync, lstatSync, opendirSync } from 'node:fs';
import type { Dir, Dirent } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import type { LayerUsage } from '../../state/observed.ts';
import { below, openFolder } from '../file.ts';
import type { Paths } from '../paths.ts';

/**
 * Counts what a container wrote to its root filesystem, up to `maxEntries` files and folders. The container may go on
 * writing meanwhile: what vanishes is not counted, and a link put in the place of a folder is not followed.
 * Undefined where there is no layer, or it cannot be read.
 */
export function measureLayer(name: ContainerName, paths: Paths, maxEntries: number): LayerUsage | undefined {
  const count: Count = { files: 0, bytes: 0, left: maxEntries };
  try {
    measureFolder(join(paths.layer(name), 'upper'), count, 0);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
  const { files, bytes, left } = count;
  return { files, bytes, complete: left > 0 };
}

interface Count {
  files: number;
  bytes: number;
  /** Entries that may still be looked at; 0 where there was one too many. */
  left: number;
}

/** Far below the limit of open files. */
const maxDepth = 64;

function measureFolder(path: string | Buffer, count: Count, depth: number): void {
  const folder = openFolder(path);
  try {
    const dir = opendirSync(`/proc/self/fd/${folder}`, { encoding: 'latin1' });
    try {
      measureEntries(dir, folder, { count, depth });
    } finally {
      dir.closeSync();
    }
  } finally {
    closeSync(folder);
  }
}

function measureEntries(dir: Dir, folder: number, { count, depth }: { readonly count: Count; readonly depth: number }): void {
  for (let entry = dir.readSync(); entry !== null; entry = dir.readSync()) {
    count.left = depth === maxDepth ? 0 : count.left - 1;
    if (count.left <= 0) return;
    unlessGone(() => { measureEntry(entry, folder, { count, depth }); });
  }
}

function measureEntry(entry: Dirent, folder: number, { count, depth }: { readonly count: Count; readonly depth: number }): void {
  if (entry.isDirectory()) return measureFolder(below(folder, entry.name), count, depth + 1);
  const { size } = lstatSync(below(folder, entry.name));
  count.files += 1;
  count.bytes += entry.isFile() ? size : 0;
}

/** ENOTDIR and ELOOP: something else took the place of a folder. */
function unlessGone(look: () => void): void {
  try {
    look();
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) throw error;
  }
}
