import { childrenOf } from '../cgroup-dir.ts';
import { readCgroupFile } from '../cgroup-file.ts';
import type { Hierarchy } from '../detect.ts';
import { pathDown } from '../mode.ts';

/** Those that hold limits of ours. */
export const limitControllers: readonly string[] = ['cpu', 'cpuset', 'io', 'memory', 'pids'];

/** What the cgroup above lets this one have. */
export function controllersOf(dir: string): string[] {
  return wordsOf(`${dir}/cgroup.controllers`);
}

/** What this cgroup lets those in it have. */
export function enabledIn(dir: string): string[] {
  return wordsOf(`${dir}/cgroup.subtree_control`);
}

/** Directories to look at for files that the root cgroup does not have: from our parent up, then any others. */
export function placesToLook(hierarchy: Hierarchy, parent: readonly string[]): string[] {
  const { mountPoint } = hierarchy;
  const above = pathDown(hierarchy, parent).slice(1).reverse();
  return [...above, ...childrenOf(mountPoint).map((name) => `${mountPoint}/${name}`)];
}

function wordsOf(path: string): string[] {
  return (readCgroupFile(path) ?? '').split(' ').filter((word) => word !== '');
}
