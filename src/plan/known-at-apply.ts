import type { ContainerSpec } from '../state/desired.ts';
import type { ObservedState } from '../state/observed.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import type { Change } from './types.ts';

/** The paths of which nothing is known here: a plan neither promises them nor refuses them. */
export function knownAtApply(
  spec: ContainerSpec,
  { rootfs, host: { unseen } }: ObservedState,
  recreates: boolean,
): Pick<Change, 'knownAtApply'> {
  const devices = spec.resources['io.max'] ?? [];
  const mounts = recreates ? spec.mounts : [];
  const paths = [
    ...(rootfs[rootfsKey(spec)] === undefined ? ['rootfs'] : []),
    ...(devices.some(({ device }) => unseen?.devices.includes(device)) ? ['resources.io.max'] : []),
    ...mounts.flatMap((mount) => (mount.type === 'bind' && unseen?.sources.includes(mount.source) ? [`mounts.${mount.target}`] : [])),
  ];
  return paths.length === 0 ? {} : { knownAtApply: paths };
}
