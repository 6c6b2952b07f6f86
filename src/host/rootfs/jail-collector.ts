import { statfsSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import type { HostView } from './host-view.ts';
import { isOld } from './host-view.ts';
import type { JailEntry } from './jail-entry.ts';

/** Gathers a jail's entries. What is taken twice is there once. */
export interface Collector {
  readonly view: HostView;
  /** Folders of ours, which no jail may hold. */
  readonly ownFolders: readonly string[];
  readonly entries: Map<string, JailEntry>;
  /** Folders taken with all that lies in them. */
  readonly trees: Set<string>;
  readonly total: { bytes: number };
}

/** Where a path ends. `outside` is the kernel's own: /proc, /sys, /dev and the root folder itself. */
export type Way =
  | { readonly kind: 'found'; readonly path: string; readonly stats: BigIntStats }
  | { readonly kind: 'missing' | 'not-a-folder' | 'loop' | 'outside'; readonly path: string };

/** More than any program needs; a folder taken by mistake ends here. */
export const jailLimits = { bytes: 2 * 1024 ** 3, entries: 200_000 } as const;

/** As many as the kernel follows, see path_resolution(7). */
const maxLinks = 40;

const kernelFolders = new Set(['/proc', '/sys', '/dev']);

export function openCollector(view: HostView, ownFolders: readonly string[]): Collector {
  return { view, ownFolders, entries: new Map(), trees: new Set(), total: { bytes: 0 } };
}

/**
 * Takes what the kernel passes on its way along `path`: each folder, alone, and each link, as a link. What
 * lies at the end is only looked at. Every entry's parent is thus a real folder, never a link.
 */
export function takeWay(collector: Collector, path: string): Way {
  let names = namesOf(path);
  let at = '/';
  for (let links = 0; names.length > 0;) {
    const [name = '', ...rest] = names;
    names = rest;
    if (name === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, name);
    if (kernelFolders.has(next)) return { kind: 'outside', path: next };
    const stats = names.length > 0 ? collector.view.passage(next) : collector.view.entry(next);
    if (stats?.isSymbolicLink() === true) {
      links += 1;
      if (links > maxLinks) return { kind: 'loop', path: next };
      const target = takeLink(collector, next);
      names = [...namesOf(target), ...names];
      if (target.startsWith('/')) at = '/';
      continue;
    }
    if (stats === undefined) return { kind: 'missing', path: next };
    if (names.length > 0 && !stats.isDirectory()) return { kind: 'not-a-folder', path: next };
    if (stats.isDirectory()) takeFolder(collector, next, stats);
    if (names.length === 0) return { kind: 'found', path: next, stats };
    at = next;
  }
  return wayToFolder(collector, at);
}

function namesOf(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/** A path that ended with `..` or with a link to where it came from. */
function wayToFolder(collector: Collector, path: string): Way {
  const stats = path === '/' ? undefined : collector.view.entry(path);
  return stats === undefined ? { kind: 'outside', path } : { kind: 'found', path, stats };
}

/** Takes a link as it is; gives where it points to. */
export function takeLink(collector: Collector, path: string): string {
  const stats = collector.view.entry(path);
  const known = collector.entries.get(path);
  if (known?.type === 'link') return known.target;
  const target = collector.view.link(path);
  add(collector, { type: 'link', path, target, uid: Number(stats?.uid ?? 0), gid: Number(stats?.gid ?? 0) });
  return target;
}

/** Takes a folder without what lies in it. Throws ERR_ROOTFS for one of our own. */
export function takeFolder(collector: Collector, path: string, stats: BigIntStats): void {
  if (collector.entries.has(path)) return;
  if (collector.ownFolders.includes(path)) {
    throw new ReconcileError('ERR_ROOTFS', `${path}: belongs to reconcile itself`, {
      hint: 'name the folders in it that are needed',
    });
  }
  add(collector, {
    type: 'folder',
    path,
    mode: Number(stats.mode) & 0o1777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
  });
}

/** Takes a regular file with its content. Throws ERR_ROOTFS for anything that is none, and beyond the limits. */
export function takeFile(collector: Collector, path: string, stats: BigIntStats): void {
  if (!stats.isFile()) {
    throw new ReconcileError('ERR_ROOTFS', `${path}: is a ${kindOf(stats)}`, {
      hint: 'A jail holds files, folders and links; use a mount for anything else.',
    });
  }
  if (collector.entries.has(path)) return;
  const sizeBytes = Number(stats.size);
  collector.total.bytes += sizeBytes;
  if (collector.total.bytes > jailLimits.bytes) throw tooMuch(path, `${jailLimits.bytes / 1024 ** 3} Gi`);
  const { dev, ino, size, mtimeNs, ctimeNs } = stats;
  add(collector, {
    type: 'file',
    path,
    mode: Number(stats.mode) & 0o777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    sizeBytes,
    sha256: collector.view.sha256(path, stats),
    source: { dev, ino, size, mtimeNs, ctimeNs, settled: isOld(stats) },
  });
}

function add(collector: Collector, entry: JailEntry): void {
  if (collector.entries.size >= jailLimits.entries) throw tooMuch(entry.path, `${jailLimits.entries} files`);
  collector.entries.set(entry.path, entry);
}

function tooMuch(path: string, limit: string): ReconcileError {
  return new ReconcileError('ERR_ROOTFS', `${path}: with it the jail has more than ${limit}`, {
    hint: 'name smaller folders, or put them in by a mount',
  });
}

/** What a file that is neither folder, link nor regular file is called. */
export function kindOf(stats: BigIntStats): string {
  if (stats.isSocket()) return 'socket';
  if (stats.isFIFO()) return 'FIFO';
  if (stats.isDirectory()) return 'folder';
  return stats.isBlockDevice() || stats.isCharacterDevice() ? 'device' : 'file of unknown type';
}

/** File systems that are views of the kernel, by the magic number of statfs(2). */
const kernelFileSystems = new Set([
  0x9fa0, 0x6265_6572, 0x1cd1, 0x27_e0eb, 0x6367_7270, 0x6462_6720, 0x7472_6163, 0x7363_6673, 0xcafe_4a11, 0x1980_0202,
  0x6265_6570, 0x6165_676c, 0x6573_5543, 0x4249_4e4d,
]);

/** True for a folder on which proc, sysfs, devpts, a cgroup or the like is mounted. */
export function isKernelFileSystem(path: string): boolean {
  return kernelFileSystems.has(statfsSync(path).type >>> 0);
}
