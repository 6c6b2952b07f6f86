import { isFolder } from '../host/file.ts';
import type { MountTarget } from '../host/rootfs/rootfs.ts';
import { mountTargets } from '../host/runtime/oci-mounts.ts';
import type { ContainerSpec } from '../state/desired.ts';

/** The places that the runtime mounts over: a file is mounted over a file, anything else over a folder. */
export function mountTargetsOf(spec: ContainerSpec): MountTarget[] {
  const files = new Set<string>();
  for (const mount of spec.mounts) {
    if (mount.type === 'bind' && !isFolder(mount.source)) files.add(mount.target);
  }
  return mountTargets(spec).map((path) => ({ path, kind: files.has(path) ? 'file' : 'dir' }));
}
