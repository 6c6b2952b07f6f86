import { mkdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import { isContainerName } from '../../state/container-name.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { isThere, listDir, makeFolders, makePrivateDir, readTextIfExists, writeFileAtomic } from '../file.ts';
import type { Paths } from '../paths.ts';
import { removeKnownFolder, removeTree } from '../remove-tree.ts';
import type { MountTarget } from './mount-target.ts';
import { copyOwner, writeSkeleton } from './mount-target.ts';
import type { Lower, Overlay } from './overlay.ts';
import { overlayTag } from './overlay.ts';
import type { Temporaries } from './temporaries.ts';

/** Names of the writable layers on disk, sorted. */
export function listLayers({ layers }: Paths): ContainerName[] {
  return listDir(layers).filter(isContainerName);
}

/**
 * A container's private writable layer over `lower`. A layer that exists is used again, also over another lower one: the
 * container keeps what it wrote. Throws a system error.
 */
export async function makeWritable({ name, lower, mountPoint, paths, temporaries }: {
  readonly name: ContainerName;
  readonly lower: Lower;
  readonly mountPoint: string;
  readonly paths: Paths;
  readonly temporaries: Temporaries;
}): Promise<Overlay> {
  const folder = paths.layer(name);
  if (!isThere(folder)) await makeLayer(folder, lower.path, temporaries);
  const layers = [`lowerdir=${nameIn(folder, lower.path)}`, 'upperdir=upper', 'workdir=work'];
  makeMountPoint(mountPoint);
  return { mountPoint, folder, layers, tag: overlayTag(lower, 'writable', folder) };
}

function makeMountPoint(path: string): void {
  makeFolders(path, 0o755);
}

/** It appears whole or not at all. */
async function makeLayer(folder: string, lower: string, temporaries: Temporaries): Promise<void> {
  makePrivateDir(dirname(folder));
  await temporaries.use(dirname(folder), (temporary) => {
    for (const path of [temporary, join(temporary, 'work')]) mkdirSync(path, { mode: 0o700 });
    mkdirSync(join(temporary, 'upper'), { mode: 0o755 });
    copyOwner(lower, join(temporary, 'upper'));
    renameSync(temporary, folder);
  });
}

/** What means itself in the options of a mount, and is as long as a single one of them may be: less than 256 bytes, fsconfig(2). */
const plainPath = /^\/[\w./@+=-]{1,200}$/;

/** The path as an option of a mount in `folder` can have it: any other than a plain one goes by a link there. */
function nameIn(folder: string, path: string): string {
  if (plainPath.test(path)) return path;
  pointTo(path, join(folder, 'lower'));
  return 'lower';
}

/** Makes `link` a link to `path`, in one step. */
function pointTo(path: string, link: string): void {
  if (linkTarget(link) === path) return;
  // Always the same name: what a crash left there goes now.
  const temporary = `${link}-new`;
  rmSync(temporary, { force: true });
  symlinkSync(path, temporary);
  renameSync(temporary, link);
}

function linkTarget(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** `lower`, read-only, with the missing mount targets added and without a write to it. Throws a system error. */
export async function makeReadOnly({ lower, mountPoint, missing }: {
  readonly lower: Lower;
  readonly mountPoint: string;
  readonly missing: readonly MountTarget[];
}): Promise<Overlay> {
  const folder = skeletonFolder(mountPoint);
  const tag = overlayTag(lower, 'readonly', folder, JSON.stringify(missing));
  if (readTextIfExists(join(folder, 'tag')) !== tag) await makeSkeleton(folder, { lower, missing, tag });
  makeMountPoint(mountPoint);
  return { mountPoint, folder, layers: ['ro', 'lowerdir=skeleton:lower'], tag };
}

async function makeSkeleton(
  folder: string,
  { lower, missing, tag }: { lower: Lower; missing: readonly MountTarget[]; tag: string },
): Promise<void> {
  await removeTree(folder);
  makeFolders(join(folder, 'skeleton'), 0o755);
  writeSkeleton(join(folder, 'skeleton'), lower.path, missing);
  symlinkSync(lower.path, join(folder, 'lower'));
  writeFileAtomic(join(folder, 'tag'), tag);
}

/** Holds what only one read-only container needs. It goes with the bundle, and with a reboot. */
export function skeletonFolder(mountPoint: string): string {
  return join(dirname(mountPoint), 'overlay');
}

/** Removes a writable layer; nothing there is fine. It counts as gone from the first step on. */
export async function removeLayer(name: ContainerName, paths: Paths, temporaries: Temporaries): Promise<void> {
  const folder = paths.layer(name);
  if (!isThere(folder)) return;
  await temporaries.use(dirname(folder), async (temporary) => {
    renameSync(folder, temporary);
    await removeKnownFolder(temporary, unwritten);
  });
}

/** What most layers hold whose container wrote nothing. */
const unwritten = ['upper/', 'work/work/', 'work/'];
