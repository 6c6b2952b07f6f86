import type { ContainerSpec } from './desired.ts';

/** All of a container's spec on which the facts about its root filesystem depend. */
export type RootfsUse = Pick<ContainerSpec, 'rootfs' | 'process' | 'mounts'>;

/**
 * Names a root filesystem together with how it is used: two containers of one key have the same facts. Beside
 * the files themselves these are the program that must be found there and the mounts that may hide it.
 */
export function rootfsKey(use: RootfsUse): string {
  const known = keys.get(use) ?? makeKey(use);
  keys.set(use, known);
  return known;
}

/** Asked several times for each container in each pass. */
const keys = new WeakMap<RootfsUse, string>();

function makeKey({ rootfs, process, mounts }: RootfsUse): string {
  const source = 'jail' in rootfs ? [rootfs.jail.binaries, rootfs.jail.files] : rootfs.path;
  return JSON.stringify([source, process.args[0] ?? '', mounts.map((mount) => mount.target).sort()]);
}
