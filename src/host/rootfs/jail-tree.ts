import { join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import { isKernelFileSystem, takeFile, takeFolder, takeLink, takeWay } from './jail-collector.ts';
import type { Collector, Way } from './jail-collector.ts';

type Found = Extract<Way, { readonly kind: 'found' }>;

/** Takes the way to a path that must exist. Throws ERR_ROOTFS saying where it ends. */
export function takeNamed(collector: Collector, path: string): Found {
  const way = takeWay(collector, path);
  if (way.kind === 'found') return way;
  const through = way.path === path ? '' : `${way.path}: `;
  switch (way.kind) {
    case 'missing':
      throw new ReconcileError('ERR_ROOTFS', `${path}: ${through}does not exist`, {
        hint: 'install it on this host, or correct the path',
      });
    case 'not-a-folder':
      throw new ReconcileError('ERR_ROOTFS', `${path}: ${through}is not a folder`, { hint: 'correct the path' });
    case 'loop':
      throw new ReconcileError('ERR_ROOTFS', `${path}: ${through}links lead in a circle`, { hint: 'mend the links' });
    case 'outside':
      throw new ReconcileError('ERR_ROOTFS', `${path}: ${through}is no place for a jail's files`, {
        hint: 'the runtime provides /proc, /sys and /dev; the whole of / cannot be taken',
      });
  }
}

interface Work {
  readonly folders: Found[];
  readonly links: string[];
}

/**
 * Takes a file, or a folder with all that lies in it. Where links in it lead is taken too, since they must work in
 * the jail; those that lead nowhere, or to the kernel's files, stay as they are. Mounted views of the kernel
 * are left as empty folders. Throws ERR_ROOTFS for sockets, FIFOs and devices, and beyond the limits.
 */
export function takeTree(collector: Collector, path: string): void {
  const work: Work = { folders: [], links: [] };
  takeContent(collector, takeNamed(collector, path), work);
  while (work.folders.length > 0 || work.links.length > 0) {
    const folder = work.folders.pop();
    if (folder === undefined) takeDestination(collector, work.links.pop() ?? '', work);
    else takeNames(collector, folder, work);
  }
}

function takeContent(collector: Collector, found: Found, work: Work): void {
  if (!found.stats.isDirectory()) takeFile(collector, found.path, found.stats);
  else if (!collector.trees.has(found.path)) work.folders.push(found);
}

function takeDestination(collector: Collector, link: string, work: Work): void {
  const way = takeWay(collector, link);
  if (way.kind === 'found') takeContent(collector, way, work);
  if (way.kind !== 'outside' || way.path !== '/') return;
  throw new ReconcileError('ERR_ROOTFS', `${link}: leads to the whole of /`, {
    hint: 'name the folders beside it one by one',
  });
}

function takeNames(collector: Collector, { path, stats }: Found, work: Work): void {
  collector.trees.add(path);
  for (const name of collector.view.names(path)) {
    const child = join(path, name);
    const found = collector.view.entry(child);
    // It is gone since: the folder's own stat, taken before, tells the next look.
    if (found === undefined) continue;
    if (found.isSymbolicLink()) {
      takeLink(collector, child);
      work.links.push(child);
      continue;
    }
    if (found.isDirectory()) takeFolder(collector, child, found);
    if (found.isDirectory() && found.dev !== stats.dev && isKernelFileSystem(child)) continue;
    takeContent(collector, { kind: 'found', path: child, stats: found }, work);
  }
}
