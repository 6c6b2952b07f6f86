import { isWithin } from '../state/path.ts';
import type { Fault } from './fault.ts';

/** PATH_MAX, its NUL included, and NAME_MAX of Linux, in bytes. */
const pathMax = 4096;
const nameMax = 255;

const encoder = new TextEncoder();

/** Length in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** Counted only where it can matter: a letter takes three bytes at most for each of its units. */
function isLonger(text: string, bytes: number): boolean {
  return 3 * text.length > bytes && byteLength(text) > bytes;
}

/** What keeps `path` from being an absolute path in its one plain spelling. */
export function absolutePathFault(path: string): Fault | undefined {
  if (path === '') return { message: 'is empty', hint: 'write an absolute path such as /srv/data' };
  if (/[\0-\x1f\x7f]/.test(path)) {
    return { message: 'has a control character', hint: 'write a path of printable characters' };
  }
  if (!path.startsWith('/')) return { message: 'is not an absolute path', hint: 'write the whole path, from / on' };
  const parts = path.split('/').slice(1);
  if (parts.includes('..')) return { message: 'has a .. in it', hint: 'write the path that is meant, without ..' };
  if (path !== '/' && parts.some((part) => part === '' || part === '.')) {
    return { message: 'is not written plainly', hint: `write ${plainPath(parts)}` };
  }
  if (isLonger(path, pathMax - 1)) {
    return { message: `is longer than ${pathMax - 1} bytes`, hint: 'write a shorter path' };
  }
  if (parts.some((part) => isLonger(part, nameMax))) {
    return { message: `has a name longer than ${nameMax} bytes`, hint: 'write a path with shorter names' };
  }
  return undefined;
}

function plainPath(parts: readonly string[]): string {
  return `/${parts.filter((part) => part !== '' && part !== '.').join('/')}`.slice(0, 200);
}

/** As `absolutePathFault`, and the whole root is not meant. */
export function partPathFault(path: string): Fault | undefined {
  if (path === '/') return { message: 'is the whole root file system', hint: 'write the path of a part of it' };
  return absolutePathFault(path);
}

/** What keeps `path` from being a working directory. In /proc it can lead to the host's files (CVE-2024-21626). */
export function cwdFault(path: string): Fault | undefined {
  if (isWithin(path, ['/proc'])) return { message: 'is in /proc', hint: 'write a folder of the root file system' };
  return absolutePathFault(path);
}

/** What keeps `path` from being mounted upon. */
export function mountTargetFault(path: string): Fault | undefined {
  if (path === '/') {
    return { message: 'is the root itself', hint: 'name the folder in spec.rootfs.path, or a folder below / here' };
  }
  if (isWithin(path, ['/dev/shm'])) return absolutePathFault(path);
  for (const folder of ['/proc', '/sys', '/dev']) {
    if (!isWithin(path, [folder])) continue;
    const hint = 'write a target outside /proc, /sys and /dev';
    return { message: `is in ${folder}, which the runtime mounts itself`, hint };
  }
  return absolutePathFault(path);
}

/** What keeps `path` from naming a block device. */
export function devicePathFault(path: string): Fault | undefined {
  if (!path.startsWith('/dev/')) {
    return { message: 'is not in /dev', hint: 'write the device as a path such as /dev/vda' };
  }
  return absolutePathFault(path);
}
