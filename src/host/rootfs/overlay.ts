import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf, ReconcileError } from '../../errors.ts';
import type { run } from '../exec.ts';
import { removeEmptyDir } from '../file.ts';
import { ownMountsAt } from '../proc/mountinfo.ts';

export interface Exec {
  readonly run: typeof run;
}

/**
 * The layers of a root filesystem, to be mounted by whoever starts its container, in a mount namespace of its own: the
 * host never sees the mount, and it goes with the last process.
 */
export interface Overlay {
  /** A folder that is there. */
  readonly mountPoint: string;
  /** Holds what `layers` name, which may be links: mount(8) runs in it, so that no path needs to be escaped or shortened. */
  readonly folder: string;
  /** Options lowerdir, upperdir and workdir with names in `folder`, or paths that need no escaping; `ro` without the latter two. */
  readonly layers: readonly string[];
  /** Says what is mounted, and shows as the mount's source. */
  readonly tag: string;
}

const commandTimeoutMs = 30_000;

/** How long an unmount is tried while something still uses the mount. */
const busyMs = 2000;

const longestPauseMs = 200;

/**
 * Features that tie an upper layer to its lower one, all off: the kernel then allows the lower layer to be another the
 * next time. See "Changes to underlying filesystems" in Linux, Documentation/filesystems/overlayfs.rst.
 */
const untied = ['index=off', 'metacopy=off', 'redirect_dir=nofollow', 'xino=off'];

export interface Lower {
  /** Absolute path of the folder, through no link. */
  readonly path: string;
  readonly id: string;
}

/** A tag that differs wherever the lower layer or anything else about the mount does. */
export function overlayTag(lower: Lower, ...rest: readonly string[]): string {
  return `${lowerTag(lower)}${shortHash(JSON.stringify(rest))}`;
}

/** How the tags of all overlays over one lower layer begin. */
export function lowerTag({ path, id }: Lower): string {
  return `reconcile-${shortHash(`${id} ${path}`)}-`;
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** The words after `mount` that mount an overlay, from its folder. */
export function mountWords({ mountPoint, layers, tag }: Overlay): readonly string[] {
  return ['--no-mtab', '--types', 'overlay', '--options', [...layers, ...untied].join(','), tag, mountPoint];
}

/** Why an overlay could not be mounted, in mount(8)'s own words. */
export function overlayError({ mountPoint, folder }: Overlay, words: string): ReconcileError {
  return new ReconcileError('ERR_ROOTFS', `${mountPoint}: overlay over ${folder}: ${words}`, {
    hint: '--data must lie where an overlay can write (ext4, xfs, btrfs, tmpfs); the kernel says more in dmesg.',
    retryable: true,
  });
}

/**
 * Unmounts all that is mounted at exactly this folder, and removes it; nothing there is fine. What stays in use for two
 * seconds is detached, to end with its last user. A folder that something lies in stays. Throws ERR_ROOTFS.
 */
export async function clearMountPoint(path: string, exec: Exec): Promise<void> {
  // The kernel knows whether it is a mount point, in one call: to read all mounts takes ten times as long.
  if (isRemoved(path)) return;
  await unmount(path, exec);
  isRemoved(path);
}

/** False where something is mounted on it, or lies in it. */
function isRemoved(path: string): boolean {
  try {
    removeEmptyDir(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return errnoOf(error) === 'ENOENT';
  }
}

async function unmount(path: string, exec: Exec): Promise<void> {
  const mountPoint = canonical(path);
  if (mountPoint === undefined) return;
  const deadlineMs = performance.now() + busyMs;
  for (let pauseMs = 10; ownMountsAt(mountPoint).length > 0; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const lazy = performance.now() >= deadlineMs;
    const done = await unmountOnce(mountPoint, { lazy, exec });
    if (!done) await delay(pauseMs);
  }
}

/** The path as the kernel shows it. The folder itself is not looked at: what is mounted on it may not answer. */
function canonical(path: string): string | undefined {
  try {
    return join(realpathSync.native(dirname(path)), basename(path));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function unmountOnce(mountPoint: string, { lazy, exec }: { lazy: boolean; exec: Exec }): Promise<boolean> {
  const args = ['--no-mtab', '--no-canonicalize', ...(lazy ? ['--lazy'] : []), mountPoint];
  try {
    await exec.run('umount', args, { timeoutMs: commandTimeoutMs, code: 'ERR_ROOTFS' });
    return true;
  } catch (error) {
    // It may be gone by other hands; and what is busy now may not be in a moment.
    if (!lazy || ownMountsAt(mountPoint).length === 0) return false;
    throw error;
  }
}
