import { statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, ReconcileError } from '../../errors.ts';
import { parseRecord } from '../../state/bundle-record.ts';
import { parseJson } from '../../state/checks.ts';
import { isContainerName } from '../../state/container-name.ts';
import type { ContainerName } from '../../state/container-name.ts';
import type { BundleRecord } from '../../state/observed.ts';
import { isReplaced, isThere, listDir, makePrivateDir, readTextIfExists, removeEmptyDir, removeIfPossible, temporaryPrefix, writeFileAtomic } from '../file.ts';
import { stepsMs } from '../file-state.ts';
import { openParsedFile } from '../parsed-file.ts';
import type { ParsedFile } from '../parsed-file.ts';
import type { Paths } from '../paths.ts';
import { hintOf } from '../../system-hint.ts';
import { removeFlatFolder, removeTree } from '../remove-tree.ts';
import { asReconcileError } from '../../unexpected-error.ts';
import type { OciSpec } from './oci-types.ts';

export interface Bundle {
  readonly record: BundleRecord;
  /** Absent until the container was created, or where the file cannot be understood. */
  readonly run?: BundleRun;
}

/** The init process of a created container. It is ours only while its start time agrees. */
export interface BundleRun {
  readonly pid: number;
  /** Clock ticks since boot, as in /proc/PID/stat. */
  readonly startTime: number;
  /** Monotonic milliseconds. */
  readonly startedAtMs: number;
  /** Mount points in the container, as paths in it, right after it was created. */
  readonly mounts: readonly string[];
}

export interface ContainerExit {
  readonly code: number;
  /** When conmon wrote it, by the wall clock. */
  readonly mtimeMs: number;
  /** How long after the note of its process that was, by the same clock; undefined where that note is gone. */
  readonly afterNoteMs?: number;
}

/** The bundles below --root. What holds environments is readable by root alone. */
export interface BundleStore {
  /** Every bundle folder, finished or not, sorted. */
  list(): ContainerName[];
  /**
   * Undefined: no bundle. Damaged also where its making or its removal was interrupted, or a folder lies in a file's place.
   * A bundle whose files stay as they are is the same object each time, until it is about to be removed.
   * Throws ERR_SYSTEM or ERR_PERMISSION where a file is there and cannot be read: what it says is then not known.
   */
  read(name: ContainerName): Bundle | undefined | 'damaged';
  /** Makes the bundle folder where it is missing. Throws ERR_BUNDLE_WRITE, as the next two. */
  writeRecord(name: ContainerName, record: BundleRecord): void;
  writeConfig(name: ContainerName, spec: OciSpec): void;
  writeRun(name: ContainerName, run: BundleRun): void;
  /**
   * Notes that the container is about to be removed, by removing config.json, which nobody needs any more: that its process
   * ended then says nothing of its program. Where that cannot be noted nothing happens.
   */
  markLeaving(name: ContainerName): void;
  /** Throws what the file system throws. */
  isLeaving(name: ContainerName): boolean;
  /** How the container's process ended, where conmon has said so. Throws as `read`. */
  readExit(name: ContainerName): ContainerExit | undefined;
  /** Where the root filesystem is mounted. */
  mountPoint(name: ContainerName): string;
  /** Names of which a log is on disk, sorted: it outlives a reboot, and the bundle does not. */
  listLogs(): ContainerName[];
  removeLog(name: ContainerName): Promise<void>;
  /** Removes what an earlier process was killed in the writing of, and ends of containers that have no bundle. For whoever holds the lock of --root. */
  sweep(): void;
  /** The last step of a removal: bundle and exit file. Nothing there is fine; a mount left in it is an error. */
  remove(name: ContainerName): Promise<void>;
}

export function openBundles(paths: Paths): BundleStore {
  const known = new Map<ContainerName, BundleFiles>();
  const filesOf = (name: ContainerName): BundleFiles => {
    const files = known.get(name) ?? openFiles(paths.bundle(name));
    known.set(name, files);
    return files;
  };
  const write = (name: ContainerName, file: string, value: unknown): void => {
    const path = join(paths.bundle(name), file);
    try {
      makePrivateDir(paths.bundle(name));
      // Beside the bundles, so that one look finds what a crash left.
      writeFileAtomic(path, `${JSON.stringify(value)}\n`, 0o600, join(paths.bundles, `${temporaryPrefix}${name}-${file}`));
    } catch (error) {
      throw writeError(name, path, error);
    }
  };
  return {
    list: () => listDir(paths.bundles).filter(isContainerName),
    read(name) {
      const found = readBundle(name, filesOf(name));
      if (found === undefined) known.delete(name);
      return found;
    },
    writeRecord: (name, record) => write(name, 'record.json', record),
    writeConfig: (name, spec) => write(name, 'config.json', spec),
    writeRun: (name, run) => write(name, 'run.json', run),
    markLeaving(name) {
      removeIfPossible(join(paths.bundle(name), 'config.json'));
      delete known.get(name)?.last;
    },
    isLeaving: (name) => !isThere(join(paths.bundle(name), 'config.json')),
    readExit: (name) => readExit(name, join(paths.exits, name), join(paths.bundle(name), 'run.json')),
    mountPoint: (name) => join(paths.bundle(name), 'rootfs'),
    listLogs: () => listDir(paths.logs).map((file) => file.replace(/\.log$/, '')).filter(isContainerName),
    removeLog: (name) => removeTree(paths.log(name)),
    sweep: () => { sweep(paths); },
    remove(name) {
      known.delete(name);
      return removeBundle(paths, name);
    },
  };
}

function sweep({ bundles, exits }: Paths): void {
  const entries = new Set(listDir(bundles));
  for (const entry of entries) if (entry.startsWith(temporaryPrefix)) removeIfPossible(join(bundles, entry));
  for (const name of listDir(exits)) if (!entries.has(name)) removeIfPossible(join(exits, name));
}

/** The files of one bundle that are read, and what they said last. */
interface BundleFiles {
  readonly folder: string;
  readonly record: ParsedFile<BundleRecord | undefined>;
  readonly run: ParsedFile<BundleRun | undefined>;
  last?: Bundle;
}

/** A --root without FIFOs could hold no container: the runtime makes one for each. */
function openFiles(folder: string): BundleFiles {
  return {
    folder,
    record: openParsedFile(join(folder, 'record.json'), parseRecord, stepsMs.withFifos),
    run: openParsedFile(join(folder, 'run.json'), parseRun, stepsMs.withFifos),
  };
}

function writeError(name: ContainerName, path: string, cause: unknown): unknown {
  const errno = errnoOf(cause);
  if (errno === undefined) return cause;
  return new ReconcileError('ERR_BUNDLE_WRITE', `${name}: write ${path}: ${(cause as Error).message}`, {
    cause,
    hint: hintOf(errno, { room: 'below --root' }),
    retryable: true,
  });
}

function readBundle(name: ContainerName, files: BundleFiles): Bundle | undefined | 'damaged' {
  try {
    const record = files.record.read();
    // A removal that was interrupted takes the record and leaves the rest: the folder itself says that something was here.
    if (record === undefined) return isThere(files.folder) ? 'damaged' : undefined;
    const run = files.run.read();
    if (files.last?.record !== record || files.last.run !== run) files.last = run === undefined ? { record } : { record, run };
    return files.last;
  } catch (error) {
    if (isReplaced(error)) return 'damaged';
    throw asReconcileError(error, `${name}: read ${files.folder}`);
  }
}

function parseRun(text: string): BundleRun | undefined {
  const value = parseJson(text) as Partial<BundleRun> | null | undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, startedAtMs, mounts } = value;
  if (!isCount(pid) || pid < 2 || !isCount(startTime) || typeof startedAtMs !== 'number') return undefined;
  if (!Array.isArray(mounts) || !mounts.every((point) => typeof point === 'string')) return undefined;
  return { pid, startTime, startedAtMs, mounts };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function readExit(name: ContainerName, path: string, note: string): ContainerExit | undefined {
  try {
    const text = readTextIfExists(path)?.trim() ?? '';
    if (!/^-?\d{1,5}$/.test(text)) return undefined;
    const { mtimeMs } = statSync(path);
    const noted = statSync(note, { throwIfNoEntry: false });
    return { code: Number(text), mtimeMs, ...(noted === undefined ? {} : { afterNoteMs: mtimeMs - noted.mtimeMs }) };
  } catch (error) {
    if (isReplaced(error)) return undefined;
    throw asReconcileError(error, `${name}: read ${path}`);
  }
}

async function removeBundle(paths: Paths, name: ContainerName): Promise<void> {
  await removeTree(join(paths.exits, name));
  removeMountPoint(join(paths.bundle(name), 'rootfs'));
  await removeFlatFolder(paths.bundle(name));
}

/** Never removes what is in it: while something is mounted there this fails with EBUSY or ENOTEMPTY. */
function removeMountPoint(path: string): void {
  try {
    removeEmptyDir(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== 'ENOENT' && errno !== 'ENOTDIR') throw error;
  }
}
