// Made from schemas/container.schema.json by `npm run generate`. Do not edit.


/**
 * enforce heals, report shows, ignore is silent.
 */
export type DriftModeName = ("enforce" | "report" | "ignore")

/**
 * One container, or several equal ones, that a host is to keep running.
 */
export interface Container {
/**
 * Version of the manifest format. Required.
 */
apiVersion: "reconcile/v1"
/**
 * Kind of object. Required.
 */
kind: "Container"
metadata: Metadata
spec: Spec
}
/**
 * What names and describes the container. Required.
 */
export interface Metadata {
/**
 * A DNS label, unique among all manifests; also the cgroup's name. With replicas each gets -0, -1 … appended, and the longest must fit in 63 characters too. Required.
 */
name: string
/**
 * Short texts to tell containers apart by.
 */
labels?: {
[k: string]: string
}
/**
 * Texts for people and other tools; reconcile gives them no meaning.
 */
annotations?: {
[k: string]: string
}
}
/**
 * What the container is. Required.
 */
export interface Spec {
/**
 * Number of equal containers, named NAME-0 and up. Absent: one container, named NAME.
 */
replicas?: number
rootfs: Rootfs
process: Process
/**
 * Host name in the container; needs a private uts namespace. Absent: the container's name, with its replica number.
 */
hostname?: string
resources?: ResourceLimits
namespaces?: NamespaceModes
/**
 * Folders and files of the host, and memory file systems, to mount in the container. Parents are mounted before what lies in them.
 */
mounts?: MountPoint[]
restart?: Restart
stop?: Stop
/**
 * What to do where the host differs from the manifest: enforce heals it, report shows it, ignore is silent.
 */
drift?: (DriftModeName | DriftRules)
}
/**
 * The root file system: exactly one of path and jail. Required.
 */
export interface Rootfs {
/**
 * Absolute path of a folder on the host that holds a root file system. It is never written to.
 */
path?: string
jail?: Jail
/**
 * Reference of an OCI image. Not supported yet: use path or jail.
 */
image?: string
/**
 * False: writes go to a private layer that is lost when the container is replaced. True: nothing can be written.
 */
readonly?: boolean
}
/**
 * A root file system made of the host's own files: only what is named here, and what the named programs need.
 */
export interface Jail {
/**
 * Absolute paths of programs; the loader and the shared libraries that they need come along.
 */
binaries?: string[]
/**
 * Absolute paths of files and folders, taken as they are.
 */
files?: string[]
}
/**
 * The container's first process. Required.
 */
export interface Process {
/**
 * Program and arguments, each a text. No shell takes part. Required.
 * 
 * @minItems 1
 */
args: [string, ...(string)[]]
/**
 * Environment variables. Values are texts: quote numbers and booleans.
 */
env?: {
[k: string]: string
}
/**
 * Absolute path of the working directory in the container; not in /proc.
 */
cwd?: string
user?: User
}
/**
 * User and group that the process runs as.
 */
export interface User {
/**
 * Number of the user.
 */
uid?: number
/**
 * Number of the group.
 */
gid?: number
}
/**
 * Limits that the kernel holds, each named like its cgroup v2 file. Absent: the kernel's default.
 */
export interface ResourceLimits {
cpu?: CpuLimits
cpuset?: CpusetLimits
memory?: MemoryLimits
pids?: PidsLimits
io?: IoLimits
}
/**
 * Time on the CPUs.
 */
export interface CpuLimits {
/**
 * CPU time at most, as a number of CPUs: 1.5 is one and a half. 0.01 is the least that the kernel takes.
 */
max?: (number | string)
/**
 * Share of CPU time while others want it too, relative to their weights.
 */
weight?: number
}
/**
 * Which CPUs and memory nodes may be used.
 */
export interface CpusetLimits {
/**
 * Numbers and ranges of CPUs, in quotes. Absent: all of the parent cgroup.
 */
cpus?: string
/**
 * Numbers and ranges of NUMA nodes, in quotes. Absent: all of the parent cgroup.
 */
mems?: string
}
/**
 * Memory. Where several are given: min <= low <= high <= max.
 */
export interface MemoryLimits {
/**
 * Memory that is never reclaimed.
 */
min?: (number | string)
/**
 * Memory that is reclaimed last.
 */
low?: (number | string)
/**
 * Above this the container is slowed down and its memory reclaimed.
 */
high?: (number | string)
/**
 * Above this the kernel kills. At least 512Ki.
 */
max?: (number | string)
swap?: SwapLimits
oom?: OutOfMemory
}
/**
 * Swap space.
 */
export interface SwapLimits {
/**
 * Swap space at most, memory not counted; 0 is none.
 */
max?: (number | string)
}
/**
 * What the kernel does where it must kill for lack of memory.
 */
export interface OutOfMemory {
/**
 * True: it kills all processes of the container together. False: one of them, and the others go on.
 */
group?: boolean
}
/**
 * Processes and threads.
 */
export interface PidsLimits {
/**
 * Processes and threads at most; max lifts the limit.
 */
max?: (number | string)
}
/**
 * Reading and writing of block devices.
 */
export interface IoLimits {
/**
 * Limits by block device.
 */
max?: DeviceLimit[]
/**
 * Share of reading and writing while others want it too, relative to their weights.
 */
weight?: number
}
/**
 * Limits of one block device, at least one. An absent one means no limit.
 */
export interface DeviceLimit {
/**
 * Path of the block device, in /dev. Required.
 */
device: string
/**
 * Bytes read a second at most.
 */
rbps?: (number | string)
/**
 * Bytes written a second at most.
 */
wbps?: (number | string)
/**
 * Reads a second at most.
 */
riops?: (number | string)
/**
 * Writes a second at most.
 */
wiops?: (number | string)
}
/**
 * What the container has to itself (private) or shares with the host (host). The mount namespace is always private.
 */
export interface NamespaceModes {
/**
 * Network: private or host. Names of networks come later.
 */
network?: string
/**
 * Process numbers.
 */
pid?: ("private" | "host")
/**
 * System V IPC and POSIX message queues.
 */
ipc?: ("private" | "host")
/**
 * Host name.
 */
uts?: ("private" | "host")
/**
 * View of the cgroup tree.
 */
cgroup?: ("private" | "host")
}
/**
 * One mount: a bind mount needs source and target, a tmpfs needs target.
 */
export interface MountPoint {
/**
 * bind shows a folder or file of the host; tmpfs is an empty file system in memory.
 */
type?: ("bind" | "tmpfs")
/**
 * Absolute path on the host; with type bind only, and required there.
 */
source?: string
/**
 * Absolute path in the container; not / and not in /proc, /sys or /dev, but /dev/shm may be. Required.
 */
target: string
/**
 * True: nothing can be written through this mount.
 */
readonly?: boolean
/**
 * Size at most, with type tmpfs only. Absent: the kernel's default, half of the memory.
 */
size?: (number | string)
}
/**
 * What happens when the process ends.
 */
export interface Restart {
/**
 * always; on-failure: after an exit status other than 0; never.
 */
policy?: ("always" | "on-failure" | "never")
backoff?: Backoff
}
/**
 * Pause before a restart: it starts at initial and doubles up to max.
 */
export interface Backoff {
/**
 * First pause; not above max.
 */
initial?: string
/**
 * Longest pause.
 */
max?: string
/**
 * A run of this length brings the pause back to initial.
 */
resetAfter?: string
}
/**
 * How the process is asked to end.
 */
export interface Stop {
/**
 * Name of the signal, with or without SIG.
 */
signal?: string
/**
 * How long it may take before it is killed; 0s kills at once.
 */
timeout?: string
}
/**
 * A mode for all fields, and others for some.
 */
export interface DriftRules {
default?: DriftModeName
/**
 * Mode by field path below spec, or by a prefix of one: resources.memory covers resources.memory.max.
 */
paths?: {
[k: string]: DriftModeName
}
}
