import type { ObservedContainer } from '../state/observed.ts';
import type { Refusal } from './types.ts';

/** Why a cgroup of another instance is left alone; undefined for what is ours. */
export function claimRefusal({ cgroup, claim }: ObservedContainer): Refusal | undefined {
  if (claim === undefined) return undefined;
  const message = `cgroup ${cgroup?.path ?? ''} belongs to the instance with --root ${claim.root}`;
  return { path: '', message, hint: 'give each instance a --cgroup-parent of its own' };
}
