/**
 * Resource limits of one container. Each key is the cgroup v2 file of that name, on every host:
 * a v1 driver translates. An absent key means the kernel's default; it never means 0 or no limit.
 */
export interface Resources {
  /** CPU bandwidth in CPUs: 1.5 is one and a half. */
  readonly 'cpu.max'?: number | 'max';
  /** Share of CPU time under contention, 1 to 10000; the kernel's default is 100. */
  readonly 'cpu.weight'?: number;
  /** CPUs in the kernel's list format, canonical: "0-1,4". */
  readonly 'cpuset.cpus'?: string;
  /** NUMA nodes in the kernel's list format, canonical. */
  readonly 'cpuset.mems'?: string;
  /** Bytes that are never reclaimed. */
  readonly 'memory.min'?: number | 'max';
  /** Bytes that are reclaimed last. */
  readonly 'memory.low'?: number | 'max';
  /** Bytes above which the container is throttled and reclaimed. */
  readonly 'memory.high'?: number | 'max';
  /** Bytes above which the kernel kills. */
  readonly 'memory.max'?: number | 'max';
  /** Bytes of swap, memory not counted. */
  readonly 'memory.swap.max'?: number | 'max';
  /** Whether the kernel kills all processes together for lack of memory, or one of them. */
  readonly 'memory.oom.group'?: boolean;
  /** Number of tasks. */
  readonly 'pids.max'?: number | 'max';
  /** Limits by block device, sorted by device. */
  readonly 'io.max'?: readonly IoLimit[];
  /** Share of I/O under contention, 1 to 10000; the kernel's default is 100. */
  readonly 'io.weight'?: number;
}

/** Limits of one block device. An absent key means no limit. */
export interface IoLimit {
  /** In a manifest a path such as /dev/vda; in a kernel reading, and after `resolveDevices`, "major:minor". */
  readonly device: string;
  /** Bytes read a second. */
  readonly rbps?: number;
  /** Bytes written a second. */
  readonly wbps?: number;
  /** Reads a second. */
  readonly riops?: number;
  /** Writes a second. */
  readonly wiops?: number;
}

export type ResourceField = keyof Resources;

/** Every field, in the order in which plan and status show them. */
export const resourceFields: readonly ResourceField[] = [
  'cpu.max',
  'cpu.weight',
  'cpuset.cpus',
  'cpuset.mems',
  'memory.min',
  'memory.low',
  'memory.high',
  'memory.max',
  'memory.swap.max',
  'memory.oom.group',
  'pids.max',
  'io.max',
  'io.weight',
];

/** What each cgroup file holds, by file name, white space trimmed. A file that is not there has no key. */
export type FileValues = Readonly<Record<string, string>>;

/** By file name, what a cgroup file may hold by our doing: what an earlier run left in it, what is being written. */
export type AnnouncedValues = Readonly<Record<string, readonly string[]>>;

/** One write to one cgroup file, exactly as the kernel will get it. */
export interface KernelWrite {
  readonly field: ResourceField;
  /** The controller's name: on v1 the hierarchy to write in. */
  readonly controller: string;
  readonly file: string;
  readonly value: string;
  /** What the file holds before; absent where the cgroup does not exist yet. */
  readonly before?: string;
  /** `set` where neither more nor less can be said, such as a list of CPUs. */
  readonly direction: 'decrease' | 'increase' | 'set';
}

/**
 * Translates between resources and cgroup files, in both directions and without I/O.
 * `fromFiles(toFiles(r))` is what the kernel will show after `r` was written: both sides of a
 * comparison pass through it, so rounding and defaults never look like a difference.
 */
export interface ResourceCodec {
  /** Full content of every limit file for `resources`; an absent field gives the kernel's default. */
  toFiles(resources: Resources): FileValues;
  /** Reads what the kernel shows. Fields whose files are absent stay absent. */
  fromFiles(files: FileValues): Resources;
  /**
   * The writes that lead from one content to the other, decreases first and in an order that the
   * kernel accepts at each step. Without `before`: the writes that a new cgroup needs.
   */
  writes(before: FileValues | undefined, after: FileValues): readonly KernelWrite[];
  /** Values and combinations of fields that this host cannot hold although it holds each field alone. */
  refusals(resources: Resources): readonly ResourceRefusal[];
  /** The file that shows `field` best in a plan, such as memory.limit_in_bytes for memory.max on v1. */
  fileOf(field: ResourceField): string;
}

export interface ResourceRefusal {
  readonly field: ResourceField;
  readonly reason: string;
  readonly hint: string;
}
