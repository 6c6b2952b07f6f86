import type { ContainerName } from '../state/container-name.ts';
import type { ManifestPosition } from '../state/desired.ts';
import type { CgroupMode, ChangedFiles, HostFacts, ObservedExit, RestartRecord } from '../state/observed.ts';
import type { AnnouncedValues, KernelWrite } from '../state/resources.ts';

/** What a pass would do. Plain data: it survives JSON unchanged and holds no secret. */
export interface Plan {
  readonly formatVersion: '1';
  readonly revision: string;
  readonly host: PlannedHost;
  /** Every container, changed or not, sorted by name. */
  readonly changes: readonly Change[];
  readonly summary: Summary;
  /** What the containers may take of the host. Absent where the host did not tell what it has, or not all containers were looked at. */
  readonly capacity?: Capacity;
  /** In the order in which they start; see `Step.phase`. */
  readonly steps: readonly Step[];
}

/** Sums over all containers, before and after the plan, against what the host has. */
export interface Capacity {
  /** In the order in which to show them; a resource that no container asks for has no row. */
  readonly rows: readonly CapacityRow[];
}

/** A cgroup file; `tmpfs` for the sizes of such mounts; `disk` for what is written below --data. */
export type CapacityResource =
  | 'memory.min'
  | 'memory.low'
  | 'memory.max'
  | 'memory.swap.max'
  | 'tmpfs'
  | 'cpu.max'
  | 'pids.max'
  | 'disk';

export interface CapacityRow {
  readonly resource: CapacityResource;
  /** A guarantee must not be given twice: what does not fit is refused. A limit may be, and then `over` is a note. */
  readonly kind: 'guarantee' | 'limit';
  readonly unit: 'bytes' | 'cpus' | 'count';
  /** Sum of the finite numbers. */
  readonly before: number;
  readonly after: number;
  /** Sum if nothing had been refused for lack of room; absent where that is `after`. */
  readonly asked?: number;
  readonly host: number;
  /** The part of `host` that is kept for the host itself. */
  readonly reserved: number;
  /** Not in use now, by whomever; of a disk alone. */
  readonly free?: number;
  /** Containers that have no limit. */
  readonly unlimitedBefore: number;
  readonly unlimitedAfter: number;
  /** By how much `asked`, else `after`, exceeds `host - reserved`; absent where it fits. */
  readonly over?: number;
  /** What would make it fit, one sentence for each manifest; of a guarantee that is over alone. */
  readonly hints?: readonly string[];
}

/** What is kept for the host itself. An absent key keeps nothing. */
export interface Reservations {
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly tasks?: number;
}

/** The part of the host's facts that a reader of the plan should know. */
export interface PlannedHost extends Pick<HostFacts, 'runtime' | 'runtimeReason'> {
  /** `none` where no host was looked at: two revisions of the manifests were compared. */
  readonly cgroupMode: CgroupMode | 'none';
}

export type Action = 'create' | 'update' | 'restart' | 'replace' | 'delete' | 'none';

export type Reason =
  | 'not-on-host'
  | 'manifest-changed'
  | 'drift'
  | 'exited'
  | 'killed-for-memory'
  | 'monitor-lost'
  | 'create-interrupted'
  | 'removal-interrupted'
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
  /** Paths of what nobody looked for on the host, so that only applying tells: a plan for a snapshot has such. */
  readonly knownAtApply?: readonly string[];
  /** The init process before the change. */
  readonly pid?: number;
  /** How the process ended; present where that is the reason, or would be if nothing held the change back. */
  readonly exit?: Pick<ObservedExit, 'code' | 'oomKilled'>;
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
  /** Of a limit. Absent where the kernel holds it as it is asked already, and only our record does not. */
  readonly kernel?: { readonly file: string; readonly before?: string; readonly after: string };
  /** Of a root filesystem whose files changed on the host, where these can be told. */
  readonly files?: ChangedFiles;
}

/** A step that is possible but can hurt. */
export interface Hazard {
  readonly code: HazardCode;
  readonly path: string;
  readonly message: string;
  /** What is lost or given away, in numbers where there are any. */
  readonly cost: string;
  readonly hint: string;
  /** A blocking hazard refuses the change until a flag allows it. */
  readonly blocking: boolean;
  /** That flag, such as --allow-hazards; absent where the change goes on by itself. */
  readonly allowedBy?: string;
}

export type HazardCode =
  | 'memory-below-usage'
  | 'pids-below-usage'
  | 'writable-layer-lost'
  | 'prune-of-many'
  | 'host-namespace'
  | 'writable-host-path'
  | 'sensitive-host-path'
  | 'own-folder-writable';

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
export type Phase = 'announce' | 'decrease' | 'increase' | 'record' | 'delete' | 'renew' | 'create' | 'prune';

interface StepBase {
  readonly phase: Phase;
  /** Steps with the same lane never run at the same time; an error ends the lane for that container. */
  readonly lane: string;
}

export type Step = StepBase &
  (
    /** Notes limits before they are written: a later run, should this one be killed, knows them for its own. */
    | { readonly kind: 'announce'; readonly container: ContainerName; readonly files: AnnouncedValues }
    | { readonly kind: 'write-limits'; readonly container: ContainerName; readonly writes: readonly KernelWrite[] }
    | { readonly kind: 'thaw'; readonly container: ContainerName }
    | { readonly kind: 'continue-monitor'; readonly container: ContainerName }
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
        /** Where links lead from the sources of its bind mounts: nothing else may be mounted. Those that are no links have no key; absent: none is. */
        readonly sourceTargets?: Readonly<Record<string, string>>;
      }
    | { readonly kind: 'create'; readonly container: ContainerName }
    | { readonly kind: 'start'; readonly container: ContainerName }
    | { readonly kind: 'remove-jail'; readonly jail: string }
  );

export type StepKind = Step['kind'];
