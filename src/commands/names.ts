import { ReconcileError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { nearest } from '../manifest/nearest.ts';
import { isContainerName } from '../state/container-name.ts';
import type { ContainerName } from '../state/container-name.ts';

/** The name as that of a container on this host. Throws ERR_NOT_FOUND with the nearest name there is. */
export function requireName(name: string, { bundles, cgroups }: Pick<Host, 'bundles' | 'cgroups'>): ContainerName {
  const present = new Set<string>([...bundles.list(), ...cgroups.list()]);
  if (isContainerName(name) && present.has(name)) return name;
  const near = nearest(name, [...present]);
  throw new ReconcileError('ERR_NOT_FOUND', `${name}: no container of that name here`, {
    hint: near === undefined ? 'reconcile status lists all' : `did you mean ${near}?`,
  });
}
