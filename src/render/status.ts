import type { FieldChange } from '../plan/types.ts';
import type { ManifestPosition } from '../state/desired.ts';
import type { ContainerStatus, EndRecord, ObservedExit, Pressure, Usage } from '../state/observed.ts';
import type { Resources } from '../state/resources.ts';

/** One container as `status` shows it. */
export interface StatusRow {
  readonly name: string;
  readonly manifest?: ManifestPosition;
  /** `absent`: a manifest names it and this host does not have it. `paused`: somebody froze it. */
  readonly status: ContainerStatus | 'absent' | 'paused';
  readonly pid?: number;
  /** Of a `terminating` container: the processes that hold it. */
  readonly pids?: readonly number[];
  /** How long the process has run. */
  readonly runningMs?: number;
  readonly restarts: number;
  /** Beneath the hierarchy's root. */
  readonly cgroup?: string;
  /** Limits as the kernel shows them. */
  readonly resources: Resources;
  readonly usage: Usage & { readonly pressure?: Pressure };
  readonly exit?: ObservedExit;
  /** How the process before the present one ended. */
  readonly lastExit?: EndRecord;
  readonly drift: readonly FieldChange[];
}
