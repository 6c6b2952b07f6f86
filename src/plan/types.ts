import type { ContainerName } from '../state/container-name.ts';
import type { ManifestPosition } from '../state/desired.ts';
import type { HostFacts, RestartRecord } from '../state/observed.ts';
import type { KernelWrite } from '../state/resources.ts';

/** What a pass would do. Plain data: it survives JSON unchanged and holds no secret. */
export interface Plan {
  readonly formatVersion: '1';
  readonly revision: string;
  readonly host: PlannedHost;
  /** Every container, changed or not, sorted by name. */
  readonly changes: readonly Change[];
  readonly summary: Summary;
  /** In the order in which they start; see `Step.phase`. */
  readonly steps: readonly Step[];
}

/** The part of the host's facts that a reader of the plan should know. */
export type PlannedHost = Pick<HostFacts, 'cgroupMode' | 'runtime' | 'runtimeReason'>;

export type Action = 'create' | 'update' | 'restart' | 'replace' | 'delete' | 'none';

export type Reason =
  | 'not-on-host'
  | 'manifest-changed'
  | 'drift'
  | 'exited'
  | 'killed-for-memory'
  | 'create-interrupted'
  | 'rootfs-changed'
  | 'not-in-manifests'
  | 'destroy-asked'
  | 'unchanged'
  | 'waiting'
  | 'refused';

export interface Change {
  readonly kind: 'Container';
  readonly name: ContainerName;
  readonly group: string;
  /** Absent where nothing says which file it came from. */
  readonly manifest?: ManifestPosition;
  readonly action: Action;
  readonly reason: Reason;
  readonly fields: readonly FieldChange[];
  readonly hazards: readonly Hazard[];
  /** Why this container is left as it is although something differs. */
  readonly refusals: readonly Refusal[];
  /** The init process before the change. */
  readonly pid?: number;
  /** Monotonic milliseconds before which the back-off holds the step. */
  readonly notBeforeMs?: number;
}

/** How a change of a field reaches a running container. */
export type Effect = 'live' | 'restart' | 'replace';

export interface FieldChange {
  /** As in the manifest below spec: resources.memory.max */
  readonly path: string;
  /** Absent: the field is not set. Secrets are masked. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly effect: Effect;
  /** What made the difference: the manifest, or somebody on the host. */
  readonly origin: 'manifest' | 'drift';
  /** False where the manifest's drift policy says report. */
  readonly enforced: boolean;
  readonly kernel?: { readonly file: string; readonly before?: string; readonly after: string };
}

/** A step that is possible but can hurt. */
export interface Hazard {
  readonly code: 'memory-below-usage' | 'pids-below-usage' | 'writable-layer-lost';
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  /** A blocking hazard refuses the change until a flag allows it. */
  readonly blocking: boolean;
}

/** Why a container cannot be converged on this host. */
export interface Refusal {
  /** Field path below spec, or an empty string for the container as a whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

export interface Summary {
  readonly create: number;
  readonly update: number;
  readonly restart: number;
  readonly replace: number;
  readonly delete: number;
  readonly unchanged: number;
  readonly refused: number;
}

/** Phases run one after another; lanes of one phase side by side; steps of one lane in order. */
export type Phase = 'decrease' | 'increase' | 'delete' | 'renew' | 'create' | 'prune';

interface StepBase {
  readonly phase: Phase;
  /** Steps with the same lane never run at the same time; an error ends the lane for that container. */
  readonly lane: string;
}

export type Step = StepBase &
  (
    | { readonly kind: 'write-limits'; readonly container: ContainerName; readonly writes: readonly KernelWrite[] }
    | { readonly kind: 'thaw'; readonly container: ContainerName }
    | { readonly kind: 'record'; readonly container: ContainerName }
    | { readonly kind: 'stop'; readonly container: ContainerName }
    | {
        readonly kind: 'remove';
        readonly container: ContainerName;
        readonly keepLayer: boolean;
        readonly keepLog: boolean;
      }
    | {
        readonly kind: 'prepare';
        readonly container: ContainerName;
        readonly rootfsId: string;
        /** Carried over into the new bundle. */
        readonly restarts: RestartRecord;
      }
    | { readonly kind: 'create'; readonly container: ContainerName }
    | { readonly kind: 'start'; readonly container: ContainerName }
    | { readonly kind: 'remove-jail'; readonly jail: string }
  );

export type StepKind = Step['kind'];
