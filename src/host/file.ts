import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdir as rmdirThen,
  rmdirSync,
  rmSync,
  statSync,
  unlink as unlinkThen,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { errnoOf, ReconcileError } from '../errors.ts';

/** How the names of what is being made or removed begin: a crash may leave such. */
export const temporaryPrefix = '.tmp-';

// Loading node's own promises of files takes longer than most commands look at any.
const unlink = promisify(unlinkThen);
const rmdir = promisify(rmdirThen);

/** What `act` gives, or undefined where the system refused. */
export function unlessFailing<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Removes a file; where it is not there, or the file system refuses, it stays. */
export function removeIfPossible(path: string): void {
  unlessFailing(() => { unlinkSync(path); });
}

/** Removes an empty folder. */
export function removeEmptyDir(path: string): void {
  rmdirSync(path);
}

/**
 * Replaces the content of `path` in one step: a reader, or our own end at any moment, meets the old text or
 * the new one. It does not wait for the disk: a power cut can leave an empty file, which every reader takes for damaged.
 * A symbolic link at `path` is replaced, not followed.
 *
 * @param temporary in the same file system, and always the same for a `path`: what a crash left there goes at the next write
 */
export function writeFileAtomic(path: string, text: string, mode = 0o600, temporary = join(dirname(path), `${temporaryPrefix}${basename(path)}`)): void {
  try {
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx', mode });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The text of `path`, or undefined where nothing is there. */
export function readTextIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The bytes of `path`, or undefined where nothing is there. */
export function readBytesIfExists(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Names in the folder `path`, sorted by code unit; empty where there is no folder. */
export function listDir(path: string): string[] {
  try {
    return readdirSync(path).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** True where something is at `path`, links followed; a broken link, or a path through a file, is nothing. */
export function pathExists(path: string): boolean {
  return existsSync(path);
}

/** "major:minor" of the block device at `path`; undefined for anything else. */
export function deviceNumber(path: string): string | undefined {
  const found = existsSync(path) ? statSync(path, { throwIfNoEntry: false }) : undefined;
  if (found?.isBlockDevice() !== true) return undefined;
  // The layout of glibc's gnu_dev_major and gnu_dev_minor.
  const device = BigInt(found.rdev);
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}

/** True where a folder is at `path`, links followed. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Makes `path` and its parents for the owner alone; a folder that exists keeps its mode. */
export function makePrivateDir(path: string): void {
  // mkdir takes the lock of the folder around it, also where there is nothing to make.
  if (isFolder(path)) return;
  makeFolders(path, 0o700);
}

/**
 * Makes `path` and its parents; fine where it is there. Throws the kernel's own reason: node's recursive mkdir says ENOENT
 * where a parent cannot be made because the file system is read-only.
 */
export function makeFolders(path: string, mode: number): void {
  try {
    makeFolder(path, mode);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error;
    makeFolders(dirname(path), mode);
    // Once: a folder of /proc is there, and yet says ENOENT.
    makeFolder(path, mode);
  }
}

function makeFolder(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
}

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

/** Opens a folder, to go on from there by `below`; ELOOP or ENOTDIR for a link. */
export function openFolder(path: string | Buffer): number {
  return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
}

/** The path of `name`, its bytes as latin1, in an open folder. */
export function below(folder: number, name: string): Buffer {
  return Buffer.from(`/proc/self/fd/${folder}/${name}`, 'latin1');
}

/** The id tells a bind mount from its own file system too, where the device number does not. */
function mountIdOf(folder: number): string {
  const [, id] = /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${folder}`, 'utf8')) ?? [];
  return id ?? '';
}
