import type { FieldChange } from '../plan/types.ts';
import type { ManifestPosition } from '../state/desired.ts';
import type { ContainerStatus, ObservedExit, Usage } from '../state/observed.ts';
import type { Resources } from '../state/resources.ts';

/** One container as `status` shows it. */
export interface StatusRow {
  readonly name: string;
  readonly manifest?: ManifestPosition;
  /** `absent`: a manifest names it and this host does not have it. */
  readonly status: ContainerStatus | 'absent';
  readonly pid?: number;
  /** How long the process has run. */
  readonly runningMs?: number;
  readonly restarts: number;
  /** Beneath the hierarchy's root. */
  readonly cgroup?: string;
  /** Limits as the kernel shows them. */
  readonly resources: Resources;
  readonly usage: Usage;
  readonly exit?: ObservedExit;
  readonly drift: readonly FieldChange[];
}
