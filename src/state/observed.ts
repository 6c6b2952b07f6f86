import type { ContainerName } from './container-name.ts';
import type { ContainerSpec, ManifestPosition, NamespaceType } from './desired.ts';
import type { AnnouncedValues, FileValues, ResourceField } from './resources.ts';

export type CgroupMode = 'unified' | 'hybrid' | 'legacy';

/** What the host shows now. It survives JSON unchanged and holds no secret outside `bundle.spec`. */
export interface ObservedState {
  readonly host: HostFacts;
  /** Everything below our root, data folder and cgroup parent, sorted by name. */
  readonly containers: readonly ObservedContainer[];
  /** What each root filesystem that the manifests name looks like on this host, by `rootfsKey`. */
  readonly rootfs: Readonly<Record<string, RootfsFacts>>;
  /** Ids of the jails on disk; none where only some containers were observed. */
  readonly jails: readonly string[];
  /** Monotonic clock of this boot, milliseconds. */
  readonly nowMs: number;
}

export interface HostFacts {
  readonly cgroupMode: CgroupMode;
  /** Name and version, such as "runc 1.1.5"; "none" where no runtime was found. */
  readonly runtime: string;
  /** Why this runtime and no other. */
  readonly runtimeReason: string;
  readonly cgroupParent: string;
  /** Online CPUs and memory nodes in the kernel's list format. */
  readonly cpus: string;
  readonly mems: string;
  /** Fields that this kernel cannot hold, with the reason. */
  readonly unsupported: Readonly<Partial<Record<ResourceField, string>>>;
  /** Device paths named by the manifests to "major:minor"; a path that is no block device has no key. */
  readonly devices: Readonly<Record<string, string>>;
  /** Sources of bind mounts named by the manifests that do not exist. */
  readonly missingSources: readonly string[];
  /** Named by the manifests, and nobody has looked for them: neither there nor missing. Absent where all were looked for. */
  readonly unseen?: { readonly devices: readonly string[]; readonly sources: readonly string[] };
  /** Sources of bind mounts named by the manifests that lie in --root, --data or a folder of manifests, or hold one, links followed. Absent: not looked at. */
  readonly ownSources?: readonly string[];
  /** Where links lead from sources of bind mounts named by the manifests; those that are no links have no key. Absent: not looked at. */
  readonly sourceTargets?: Readonly<Record<string, string>>;
  /** What there is to share out. Absent: not looked at. */
  readonly capacity?: HostCapacity;
}

/** What the host has, or what the cgroups above ours leave of it. A number that nothing tells has no key. */
export interface HostCapacity {
  readonly memoryBytes?: number;
  readonly swapBytes?: number;
  /** CPU time, where a cgroup above ours limits it to less than all of `HostFacts.cpus`. */
  readonly cpus?: number;
  /** Processes and threads. */
  readonly tasks?: number;
  /** The file system that holds --data. */
  readonly disk?: { readonly sizeBytes: number; readonly freeBytes: number };
}

export interface RootfsFacts {
  /** Changes whenever the container's files must: hash of a jail's content, or identity of the folder. */
  readonly id: string;
  /** What cannot be had on this host; the container is refused. */
  readonly problems: readonly RootfsProblem[];
  /** What differs from the files that containers of ours were made from, by the id of those; absent where nothing tells. */
  readonly changedSince?: Readonly<Record<string, ChangedFiles>>;
}

export interface ChangedFiles {
  /** Files, links and folders that differ, are new or are gone. */
  readonly count: number;
  /** The first of them, absolute in the container, sorted. */
  readonly paths: readonly string[];
}

export interface RootfsProblem {
  /** Field path below spec, such as rootfs.jail.binaries.0 */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

/** Whatever exists of one name: each part may be missing. */
export interface ObservedContainer {
  readonly name: ContainerName;
  readonly status: ContainerStatus;
  readonly bundle?: BundleRecord;
  readonly cgroup?: ObservedCgroup;
  /** The init process, where it lives and is the one that we created. */
  readonly process?: ObservedProcess;
  /** How the last init process ended, where none lives. */
  readonly exit?: ObservedExit;
  /** Another instance whose cgroup this is: it is not to be touched. */
  readonly claim?: CgroupClaim;
  /** A private writable layer exists on disk. */
  readonly layer: boolean;
  /** Nothing is left of it but what it wrote: a log, and maybe the layer. Absent: there is more, or no log. */
  readonly log?: true;
  /** What is in that layer. Absent: not measured, as where nothing asks for another root filesystem. */
  readonly layerUsage?: LayerUsage;
}

/** What a container wrote to its root filesystem. */
export interface LayerUsage {
  /** Everything but folders; a file that the container removed counts too. */
  readonly files: number;
  readonly bytes: number;
  /** False where counting stopped early: there are more. */
  readonly complete: boolean;
}

export interface CgroupClaim {
  /** --root of the other instance. */
  readonly root: string;
  /** True: the cgroup is no container, but has containers of that instance below it. */
  readonly below?: boolean;
}

/**
 * As in the OCI runtime-spec; `creating` covers all that an interrupted create leaves:
 * a bundle without a process, a cgroup without a bundle. `terminating`: its removal began, and processes of it are left.
 */
export type ContainerStatus = 'creating' | 'created' | 'running' | 'terminating' | 'stopped';

/** The one record that we keep: what was last applied. It lies in the bundle and goes with it. */
export interface BundleRecord {
  readonly group: string;
  readonly manifest: ManifestPosition;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ContainerSpec;
  readonly rootfsId: string;
  readonly restarts: RestartRecord;
  /** Where links led from the sources of its bind mounts when it was made; those that were no links have no key. Absent: none was. */
  readonly sourceTargets?: Readonly<Record<string, string>>;
  /**
   * Limit files that are being written, or were when a run was killed: what the kernel holds of these values nobody else
   * wrote. Only those of fields whose drift is not healed. Absent: none.
   */
  readonly announced?: AnnouncedValues;
}

export interface RestartRecord {
  /** Restarts since the container was created. */
  readonly count: number;
  /** Consecutive ends without a run of `resetAfterMs`; the exponent of the back-off. */
  readonly failures: number;
  /** OOM kills of the processes before the present one. */
  readonly oomKills: number;
  /** How the process before the present one ended, where it was not asked to. */
  readonly lastExit?: EndRecord;
}

export type EndRecord = Pick<ObservedExit, 'code' | 'ranMs' | 'oomKilled'>;

export interface ObservedCgroup {
  /** Beneath the hierarchy's root: /reconcile/web-0 */
  readonly path: string;
  /** Limit files as read. */
  readonly files: FileValues;
  /** Absent: not measured, as where nothing is to be done. */
  readonly usage?: Usage;
  /** Its tasks stand still: it, or a cgroup above it, was frozen. */
  readonly frozen?: true;
}

export interface Usage {
  readonly memoryBytes?: number;
  readonly tasks?: number;
  readonly cpuUsec?: number;
  /** Since the cgroup was made. */
  readonly oomKills?: number;
}

/** Percent of the last ten seconds in which some task waited for the resource. */
export interface Pressure {
  readonly cpu?: number;
  readonly memory?: number;
  readonly io?: number;
}

export interface ObservedProcess {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of /proc/PID/stat: with the pid it names a process for this boot. */
  readonly startTime: number;
  /** Monotonic milliseconds. */
  readonly startedAtMs: number;
  /** Inode by namespace type, and whether it is the host's own. */
  readonly namespaces: Readonly<Partial<Record<NamespaceType, ObservedNamespace>>>;
  /** Mount points that were there when the container was created and are gone. */
  readonly missingMounts: readonly string[];
  /** Set where somebody moved it out of its cgroup: the cgroup in which it is now. */
  readonly strayCgroup?: string;
  /** Set where its conmon is gone: nobody reads what it writes, or will see how it ends. */
  readonly monitorLost?: true;
  /** Set where its conmon stands still, by a signal: until it goes on, nobody reads what the process writes, or sees how it ends. */
  readonly monitorStopped?: true;
}

export interface ObservedNamespace {
  readonly inode: number;
  readonly host: boolean;
}

export interface ObservedExit {
  /** As a shell shows it: 128 + signal for a process that a signal ended. Absent: nobody was there to see it. */
  readonly code?: number;
  /** Monotonic milliseconds. */
  readonly atMs: number;
  /** How long the process ran. */
  readonly ranMs: number;
  readonly oomKilled: boolean;
}
