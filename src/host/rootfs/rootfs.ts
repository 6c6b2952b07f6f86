import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf, ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import type { Rootfs } from '../../state/desired.ts';
import type { ChangedFiles, RootfsFacts } from '../../state/observed.ts';
import type { RootfsUse } from '../../state/rootfs-key.ts';
import { hintOf } from '../../system-hint.ts';
import { run } from '../exec.ts';
import { isThere } from '../file.ts';
import type { Paths } from '../paths.ts';
import { findMountUser } from '../proc/mountinfo.ts';
import { removeTree } from '../remove-tree.ts';
import { filesChangedSince } from './jail-changes.ts';
import type { JailClosure } from './jail-closure.ts';
import type { JailInspector } from './jail-inspector.ts';
import { openJailInspector } from './jail-inspector.ts';
import { buildJail, isJailId, listJails, noteSources, removeStoredJail } from './jail-store.ts';
import {
  listLayers,
  makeReadOnly,
  makeWritable,
  removeLayer,
  skeletonFolder,
} from './layer.ts';
import type { MountTarget } from './mount-target.ts';
import { missingOnHost } from './mount-target.ts';
import type { Exec, Lower, Overlay } from './overlay.ts';
import { clearMountPoint, lowerTag } from './overlay.ts';
import { inspectPath } from './path-rootfs.ts';
import { programProblems } from './program-problem.ts';
import { openTemporaries } from './temporaries.ts';
import type { Temporaries } from './temporaries.ts';
import { hostTree } from './resolve-beneath.ts';

export type { MountTarget } from './mount-target.ts';
export type { Overlay } from './overlay.ts';

export interface PrepareOptions {
  readonly name: ContainerName;
  readonly rootfs: Rootfs;
  /** From `inspect`: what the plan was made for. */
  readonly id: string;
  /** Where the runtime will mount something; /proc, /dev and /sys are always among them. */
  readonly mountTargets: readonly MountTarget[];
  /** Folder below the bundle; made where it is missing. */
  readonly mountPoint: string;
}

export interface PreparedRoot {
  readonly rootPath: string;
  readonly readonly: boolean;
  /** To be mounted first; its mount point is `rootPath`. Absent: the folder is used as it is. */
  readonly overlay?: Overlay;
}

/** Root filesystems: jails of the host's own files, or folders; each container writes to a layer of its own. */
export interface RootfsDriver {
  /** Reads alone. In the steady state: one stat for each file and folder that a jail depends on. */
  inspect(use: RootfsUse): RootfsFacts;
  /** What a jail would hold now and the one of `id` does not, or the reverse; undefined where that cannot be told. Reads alone. */
  changedSince(rootfs: Rootfs, id: string): ChangedFiles | undefined;
  /**
   * Makes the root filesystem ready for the runtime; what is ready already stays. The source is never written to.
   * Throws ERR_ROOTFS, retryable where the host's files are no longer those of `id`.
   */
  prepare(options: PrepareOptions): Promise<PreparedRoot>;
  /** Removes what `prepare` made, the writable layer only where it is not to be kept; unmounts what somebody mounted there. Nothing there is fine. */
  release(name: ContainerName, mountPoint: string, options: { readonly keepLayer: boolean }): Promise<void>;
  /** Containers with a writable layer on disk, sorted. */
  listLayers(): ContainerName[];
  hasLayer(name: ContainerName): boolean;
  /** Ids of the jails on disk, sorted. */
  listJails(): string[];
  /** Throws ERR_ROOTFS where a process sees an overlay of ours over it; read-only containers are the caller's to know. */
  removeJail(id: string): Promise<void>;
  /**
   * Removes what an earlier process was killed in the making or the removing of, and what failed since; what cannot be removed
   * is left to the next call. For whoever holds the lock of --root.
   */
  sweep(): Promise<void>;
}

export function openRootfs(paths: Paths, exec: Exec = { run }): RootfsDriver {
  const ownFolders = [dirname(paths.bundles), dirname(paths.jails)].map(realPathOf);
  const inspector = openJailInspector(paths, ownFolders);
  const temporaries = openTemporaries([paths.jails, paths.layers]);
  const context: Context = { paths, exec, temporaries, ownFolders, inspector, building: new Map(), noted: new WeakSet(), changes: new WeakMap() };
  return {
    inspect: (use) => inspect(use, context),
    changedSince: (rootfs, id) => changedSince(rootfs, id, context),
    prepare: async (options) => {
      await temporaries.sweep();
      return explain(options.name, () => prepare(options, context));
    },
    release: async (name, mountPoint, { keepLayer }) => {
      await temporaries.sweep();
      await explain(name, async () => {
        await clearMountPoint(mountPoint, exec);
        await removeTree(skeletonFolder(mountPoint));
        if (!keepLayer) await removeLayer(name, paths, temporaries);
      });
    },
    listLayers: () => listLayers(paths),
    hasLayer: (name) => isThere(paths.layer(name)),
    listJails: () => listJails(paths),
    removeJail: (id) => removeJail(id, context),
    sweep: () => temporaries.sweep(),
  };
}

/** The folder may not be there yet: what is not there is no link. */
function realPathOf(path: string): string {
  const parent = dirname(path);
  return existsSync(path) || parent === path ? realpathSync(path) : join(realPathOf(parent), basename(path));
}

interface Context {
  readonly paths: Paths;
  readonly exec: Exec;
  readonly temporaries: Temporaries;
  readonly ownFolders: readonly string[];
  readonly inspector: JailInspector;
  /** Jails being built, by id: containers that start together share one build. */
  readonly building: Map<string, Promise<void>>;
  /** Closures whose sources are written down. */
  readonly noted: WeakSet<JailClosure>;
  /** What was found to differ from other jails, by their ids: a container may stay on an old one for long. */
  readonly changes: WeakMap<JailClosure, Map<string, ChangedFiles | undefined>>;
}

/** A file system that fails, such as one over a network, concerns those alone who use it. */
function inspect(use: RootfsUse, { inspector, ownFolders }: Context): RootfsFacts {
  try {
    if ('jail' in use.rootfs) return inspector.inspect(use.rootfs.jail, use);
    return inspectFolder(use.rootfs.path, use, ownFolders);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    const message = `cannot be looked at: ${(error as Error).message}`;
    return { id: '', problems: [{ path: 'rootfs', message, hint: hintOf(errnoOf(error)) }] };
  }
}

function inspectFolder(path: string, use: RootfsUse, ownFolders: readonly string[]): RootfsFacts {
  const { id, problems, realPath } = inspectPath(path, ownFolders);
  return { id, problems: problems.length > 0 ? problems : programProblems(hostTree(realPath), use) };
}

function changedSince(rootfs: Rootfs, id: string, { inspector, paths, changes }: Context): ChangedFiles | undefined {
  const closure = 'jail' in rootfs ? inspector.known(rootfs.jail) : undefined;
  if (closure === undefined || closure.id === '' || !isJailId(id)) return undefined;
  const found = changes.get(closure) ?? new Map<string, ChangedFiles | undefined>();
  if (!found.has(id)) found.set(id, tryToTell(() => filesChangedSince(id, closure, paths)));
  changes.set(closure, found);
  return found.get(id);
}

/** A stored jail that cannot be read costs a reader of the plan some names, and nobody anything else. */
function tryToTell(look: () => ChangedFiles | undefined): ChangedFiles | undefined {
  try {
    return look();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

async function prepare(options: PrepareOptions, context: Context): Promise<PreparedRoot> {
  const { name, rootfs, mountPoint } = options;
  const lower = 'jail' in rootfs ? await prepareJail(options, context) : checkFolder(options, context.ownFolders);
  const overlay = rootfs.readonly
    ? await readOnlyOverlay(lower, options)
    : await makeWritable({ name, lower, mountPoint, paths: context.paths, temporaries: context.temporaries });
  if (overlay === undefined) return { rootPath: lower.path, readonly: true };
  return { rootPath: mountPoint, readonly: rootfs.readonly, overlay };
}

/** Undefined where the source has every mount target. */
async function readOnlyOverlay(lower: Lower, { mountPoint, mountTargets }: PrepareOptions): Promise<Overlay | undefined> {
  const missing = missingOnHost(lower.path, mountTargets);
  return missing.length === 0 ? undefined : makeReadOnly({ lower, mountPoint, missing });
}

async function prepareJail({ rootfs, id }: PrepareOptions, context: Context): Promise<Lower> {
  const { paths, inspector, building, noted } = context;
  if (!('jail' in rootfs) || !isJailId(id))
    throw new ReconcileError('ERR_INTERNAL', `no jail has the id ${JSON.stringify(id)}`);
  const lower = { path: paths.jail(id), id };
  const known = inspector.known(rootfs.jail);
  if (isThere(lower.path)) {
    if (known?.id === id && !noted.has(known)) noteSources(known, paths);
    if (known?.id === id) noted.add(known);
    return lower;
  }
  const closure = inspector.collect(rootfs.jail);
  const [problem] = closure.problems;
  if (problem !== undefined)
    throw new ReconcileError('ERR_ROOTFS', problem.message, { hint: problem.hint, retryable: true });
  if (closure.id !== id) throw changed('the jail');
  const build = building.get(id) ?? buildJail(closure, context).finally(() => building.delete(id));
  building.set(id, build);
  await build;
  return lower;
}

function checkFolder({ rootfs, id }: PrepareOptions, ownFolders: readonly string[]): Lower {
  if ('jail' in rootfs) throw new ReconcileError('ERR_INTERNAL', 'a jail is no folder');
  const { problems, realPath, id: present } = inspectPath(rootfs.path, ownFolders);
  const [problem] = problems;
  if (problem !== undefined)
    throw new ReconcileError('ERR_ROOTFS', problem.message, { hint: problem.hint, retryable: true });
  if (present !== id) throw changed(rootfs.path);
  return { path: realPath, id };
}

function changed(what: string): ReconcileError {
  return new ReconcileError('ERR_ROOTFS', `${what}: the host's files changed since the plan was made`, {
    hint: 'plan again: the next pass sees the new files',
    retryable: true,
  });
}

async function removeJail(id: string, context: Context): Promise<void> {
  if (!isJailId(id)) throw new ReconcileError('ERR_INTERNAL', `no jail has the id ${JSON.stringify(id)}`);
  const user = findMountUser({ fsType: 'overlay', source: lowerTag({ path: context.paths.jail(id), id }) });
  if (user !== undefined) {
    throw new ReconcileError('ERR_ROOTFS', `jail ${id}: process ${user} still uses it`, {
      hint: 'it is removed once that container is gone',
      retryable: true,
    });
  }
  await removeStoredJail(id, context);
}

/** Gives an error of the file system its container and its code. */
async function explain<Result>(name: ContainerName, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === undefined || cause instanceof ReconcileError) throw cause;
    throw new ReconcileError('ERR_ROOTFS', `${name}: root filesystem: ${(cause as Error).message}`, {
      cause,
      hint: hintOf(errno, { room: 'below --data and --root' }),
      retryable: true,
    });
  }
}
