import { randomBytes } from 'node:crypto';
import { closeSync, lstatSync, opendirSync, readdirSync, readFileSync, renameSync, rmdir as rmdirThen, rmdirSync, unlink as unlinkThen, unlinkSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf, ReconcileError } from '../errors.ts';
import { below, openFolder, unlessFailing } from './file.ts';

// Loading node's own promises of files takes longer than most commands look at any.
const unlink = promisify(unlinkThen);
const rmdir = promisify(rmdirThen);

/**
 * Removes a file or a whole folder; nothing there is fine. Every step goes through an open folder,
 * so that a link put in its place meanwhile leads nowhere. A mount below stops it: ERR_STILL_MOUNTED.
 * A few small files go at once, for to hand one to a thread takes longer than to remove it; whatever is large, or one of
 * many, is removed by a thread: a file system with a journal takes long for it, and others are not to wait.
 */
export async function removeTree(path: string): Promise<void> {
  const found = lstatIfThere(path);
  if (found === undefined) return;
  const hasty = { left: hastyRemovals };
  if (!found.isDirectory()) return removeFile(path, hasty, found.size);
  const parent = openFolder(dirname(path));
  try {
    await removeBelow({ parent, name: Buffer.from(basename(path)).toString('latin1'), path, depth: 0, top: parent, mountId: mountIdOf(parent), hasty });
  } finally {
    closeSync(parent);
  }
}

/**
 * Removes a folder of files into which nobody but us writes: by their names, in a third of the calls of `removeTree`. Whatever
 * is found otherwise is left to that: a link in its place, a mount, a folder in it, more than a few files.
 */
export async function removeFlatFolder(path: string): Promise<void> {
  if (!isFlatRemoved(path)) await removeTree(path);
}

function isFlatRemoved(path: string): boolean {
  try {
    // The kernel looks for a mount and for a link before it looks into the folder.
    rmdirSync(path);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return true;
    if (errno !== 'ENOTEMPTY') return false;
  }
  return unlessFailing(() => {
    const names = readdirSync(path);
    if (names.length > hastyRemovals) return false;
    removeWith(path, names);
    return true;
  }) === true;
}

/**
 * Removes a folder of ours by what we made in it, without a look into it: `entries` in this order, those with a slash at
 * the end as empty folders. Whatever is found otherwise, such as a mount or what somebody wrote, is left to `removeTree`.
 */
export async function removeKnownFolder(path: string, entries: readonly string[]): Promise<void> {
  const isRemoved = unlessFailing(() => {
    if (!lstatSync(path).isDirectory()) return false;
    removeWith(path, entries);
    return true;
  });
  if (isRemoved !== true) await removeTree(path);
}

function removeWith(path: string, entries: readonly string[]): void {
  for (const entry of entries) (entry.endsWith('/') ? rmdirSync : unlinkSync)(join(path, entry));
  rmdirSync(path);
}

/** Below a file there is nothing. */
function lstatIfThere(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

interface Removal {
  readonly parent: number;
  /** Its bytes as latin1: a container may give a file a name that is no UTF-8, which no other text could hold. */
  readonly name: string;
  readonly path: string;
  readonly depth: number;
  /** The folder into which branches that are too deep are moved. */
  readonly top: number;
  readonly mountId: string;
  readonly hasty: Hasty;
}

/** How many more files and folders of one tree are removed without a thread. */
interface Hasty {
  left: number;
}

/** As many as a bundle of ours holds, twice. */
const hastyRemovals = 32;

const smallFileBytes = 1024 * 1024;

/** Far below the limit of open files, which a container could exceed by nesting folders; several trees are removed at a time. */
const maxDepth = 16;

/** Never with two removals of one folder in flight: the number of a folder that is closed too early is another's. */
async function removeBelow(removal: Removal): Promise<void> {
  const itself = below(removal.parent, removal.name);
  if (await isRemovedEmpty(itself, removal.hasty)) return;
  const folder = openFolder(itself);
  const top = removal.depth === 0 ? folder : removal.top;
  try {
    refuseMount(folder, removal);
    // Branches that were too deep come back as entries of the top folder.
    while (await removeEntries({ ...removal, parent: folder, top })) {
      if (await isRemovedEmpty(itself, removal.hasty)) return;
    }
    await rmdir(itself);
  } finally {
    closeSync(folder);
  }
}

/** False where something is in it or mounted on it: the kernel refuses, and nothing was done. */
async function isRemovedEmpty(folder: Buffer, hasty: Hasty): Promise<boolean> {
  try {
    if (isHasty(hasty)) rmdirSync(folder);
    else await rmdir(folder);
    return true;
  } catch (error) {
    if (['ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}

/** Removes what is in the open folder `parent`, a few entries at a time: a container may have made a million. False: nothing was. */
async function removeEntries(removal: Removal): Promise<boolean> {
  const dir = opendirSync(`/proc/self/fd/${removal.parent}`, { encoding: 'latin1' });
  try {
    const first = dir.readSync();
    for (let entry = first; entry !== null; entry = dir.readSync()) await removeEntry(entry, removal);
    return first !== null;
  } finally {
    dir.closeSync();
  }
}

async function removeEntry(entry: { readonly name: string; isDirectory(): boolean }, removal: Removal): Promise<void> {
  const { parent, depth, top, hasty } = removal;
  if (!entry.isDirectory()) return removeFile(below(parent, entry.name), hasty);
  if (depth < maxDepth) {
    return removeBelow({ ...removal, name: entry.name, path: join(removal.path, entry.name), depth: depth + 1 });
  }
  renameSync(below(parent, entry.name), below(top, `.deep-${randomBytes(8).toString('hex')}`));
}

async function removeFile(path: string | Buffer, hasty: Hasty, sizeBytes = sizeOf(path, hasty)): Promise<void> {
  try {
    if (sizeBytes <= smallFileBytes && isHasty(hasty)) unlinkSync(path);
    else await unlink(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Nobody asks for it once everything goes to a thread. */
function sizeOf(path: string | Buffer, { left }: Hasty): number {
  return left > 0 ? (lstatSync(path, { throwIfNoEntry: false })?.size ?? 0) : 0;
}

function isHasty(hasty: Hasty): boolean {
  hasty.left -= 1;
  return hasty.left >= 0;
}

function refuseMount(folder: number, removal: Removal): void {
  if (mountIdOf(folder) === removal.mountId) return;
  throw new ReconcileError('ERR_STILL_MOUNTED', `${removal.path}: not removed, something is mounted there`, {
    hint: `umount ${removal.path}`,
    retryable: true,
  });
}

/** The id tells a bind mount from its own file system too, where the device number does not. */
function mountIdOf(folder: number): string {
  const [, id] = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${folder}`, 'utf8')) ?? [];
  return id ?? '';
}
