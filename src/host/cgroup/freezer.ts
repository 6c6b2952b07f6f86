import { ReconcileError } from '../../errors.ts';
import { readCgroupFile } from './cgroup-file.ts';
import type { Freezer } from './mode.ts';

/** Our containers' directories in the hierarchy that freezes; undefined where this host has none. */
export interface FrozenPlaces {
  readonly freezer: Freezer;
  readonly parent: string | undefined;
}

export function isFrozen(name: string, { freezer, parent }: FrozenPlaces): boolean {
  if (parent === undefined) return false;
  return isFrozenIn(`${parent}/${name}`, freezer);
}

/**
 * Lets a container go on, and with it our parent where that was frozen. Fine where neither is, or the cgroup is gone.
 * Throws ERR_CGROUP_WRITE where a cgroup above our parent, which is not ours, is what holds it.
 */
export function thaw(name: string, { freezer, parent }: FrozenPlaces): void {
  if (parent === undefined) return;
  const dir = `${parent}/${name}`;
  freezer.thaw(dir);
  if (!isFrozenIn(parent, freezer)) return;
  freezer.thaw(parent);
  if (!isFrozenIn(parent, freezer)) return;
  throw new ReconcileError('ERR_CGROUP_WRITE', `${name}: thaw ${dir}: a cgroup above ${parent} is frozen`, {
    hint: 'thaw that one, or have whoever froze it do so',
    retryable: true,
  });
}

function isFrozenIn(dir: string, { file, isFrozen: shows }: Freezer): boolean {
  const content = readCgroupFile(`${dir}/${file}`);
  return content !== undefined && shows(content);
}
