import { isFolder } from '../host/file.ts';
import type { MountTarget } from '../host/rootfs/rootfs.ts';
import { mountTargets } from '../host/runtime/oci-mounts.ts';
import type { ContainerSpec } from '../state/desired.ts';

/**
 * The places that must be there before the runtime comes: it mounts a file over a file and anything else over a
 * folder, and it would make a missing working folder itself, in the source of a read-only root filesystem.
 */
export function mountTargetsOf(spec: ContainerSpec): MountTarget[] {
  const files = new Set<string>();
  for (const mount of spec.mounts) {
    if (mount.type === 'bind' && !isFolder(mount.source)) files.add(mount.target);
  }
  const places = new Set([...mountTargets(spec), spec.process.cwd]);
  places.delete('/');
  return [...places].map((path) => ({ path, kind: files.has(path) ? 'file' : 'dir' }));
}
