import { join } from 'node:path';
import { isWithin } from '../../state/path.ts';
import type { MountEntry } from './mountinfo.ts';
import { parseMountinfo, readMountText, readOwnMounts } from './mountinfo.ts';

/** A bind mount as it was asked for. */
export interface JudgedMount {
  /** Absolute in the container. */
  readonly target: string;
  /** Where its source lay when it was judged: absolute on the host, through no link. */
  readonly place: string;
}

export interface UnjudgedMount extends JudgedMount {
  /** What is mounted in its stead, in words. */
  readonly shows: string;
}

/**
 * The first of a created container's bind mounts that shows something else than `place`, by what the kernel says is
 * mounted; undefined: none does, or the process is gone. Its program must not run yet. Paths are not walked again, so
 * nobody can swap a part of one meanwhile. Throws ERR_PROC_UNREADABLE.
 */
export function unjudgedMount(pid: number, judged: readonly JudgedMount[]): UnjudgedMount | undefined {
  const text = readMountText(pid);
  return text === undefined ? undefined : findUnjudged(parseMountinfo(text), readOwnMounts(), judged);
}

/**
 * @param mounts those of the container
 * @param hostMounts those that we see, where `place` is looked up
 */
export function findUnjudged(
  mounts: readonly MountEntry[],
  hostMounts: readonly MountEntry[],
  judged: readonly JudgedMount[],
): UnjudgedMount | undefined {
  const free = [...mounts];
  for (const mount of judged) {
    const wanted = locate(hostMounts, mount.place);
    const found = takeFrom(free, { target: mount.target, others: judged, wanted });
    if (wanted === undefined || found === undefined || !isSame(found, wanted)) return { ...mount, shows: wordsOf(found) };
  }
  return undefined;
}

/** A folder or file of a file system. */
type Location = Pick<MountEntry, 'device' | 'root' | 'fsType'>;

/** Where a path through no link lies: from mount to mount, as the kernel looks it up. */
function locate(mounts: readonly MountEntry[], path: string): Location | undefined {
  const ids = new Set(mounts.map(({ id }) => id));
  let at = mounts.find(({ mountPoint, parentId, id }) => mountPoint === '/' && (parentId === id || !ids.has(parentId)));
  for (let next = at; next !== undefined; next = nextOn(mounts, path, next)) at = next;
  if (at === undefined) return undefined;
  const { device, root, mountPoint, fsType } = at;
  return { device, fsType, root: join(root, path.slice(mountPoint === '/' ? 0 : mountPoint.length)) };
}

function nextOn(mounts: readonly MountEntry[], path: string, { id }: MountEntry): MountEntry | undefined {
  const below = mounts.filter((mount) => mount.parentId === id && mount.id !== id && isWithin(path, [mount.mountPoint]));
  return below.sort((a, b) => a.mountPoint.length - b.mountPoint.length)[0];
}

/**
 * The mount at a target, taken out of `mounts`. Where links in the root filesystem lead elsewhere from the target,
 * none is at it: then the one that shows what is wanted, of those that are no other's.
 */
function takeFrom(
  mounts: MountEntry[],
  { target, others, wanted }: { readonly target: string; readonly others: readonly JudgedMount[]; readonly wanted: Location | undefined },
): MountEntry | undefined {
  const targets = new Set(others.map((other) => other.target));
  const index = mounts.findLastIndex(({ mountPoint }) => mountPoint === target);
  const taken = index >= 0 ? index : mounts.findIndex((mount) => !targets.has(mount.mountPoint) && wanted !== undefined && isSame(mount, wanted));
  return taken < 0 ? undefined : mounts.splice(taken, 1)[0];
}

/** NFS says / of every folder that is mounted: there the file system alone can be compared. */
function isSame(one: Location, other: Location): boolean {
  return one.device === other.device && (one.root === other.root || one.fsType.startsWith('nfs'));
}

function wordsOf(found: Location | undefined): string {
  return found === undefined ? 'something else' : `${found.root} of the ${found.fsType} file system ${found.device}`;
}
