import { ReconcileError } from '../../errors.ts';
import type { KernelWrite } from '../../state/resources.ts';
import type { CodecFacts, Controller, Unsupported } from './controller.ts';
import type { Hierarchy } from './detect.ts';

/** All that differs between the versions of cgroups. */
export interface Mode {
  /** The tables of the limit controllers, in the order in which decreases are written. */
  controllers(facts: CodecFacts): readonly Controller[];
  /** The hierarchy that holds a controller's files. */
  hierarchyOf(controller: string, hierarchies: readonly Hierarchy[]): Hierarchy | undefined;
  /** What this host lacks, found by looking and without writing. */
  look(site: Site): Findings;
  /** Files of the parent that tell which CPUs and memory nodes a container can have. */
  readonly cpusetFiles: { readonly cpus: string; readonly mems: string };
  /** Makes the parent and every directory above it; true where anything was missing. Throws ERR_CGROUP_WRITE. */
  makeParent(site: Site): boolean;
  /** What would keep `makeParent` from its work, found by looking and without writing. */
  obstacles(site: Site): readonly Obstacle[];
  /** Files that only newer kernels have, each used where it is there. */
  newerFiles(site: Site): readonly NewerFile[];
  /** Kills every process in these directories of one cgroup and below them. Those that are gone are fine. */
  kill(places: readonly Place[]): void;
  /**
   * Called before each write of a limit. Absent where the kernel itself refuses what it cannot reclaim.
   * Throws ERR_CGROUP_WRITE where the write would kill.
   */
  makeRoom?(limit: ComingLimit): Promise<Room | undefined>;
  /** Files that protect a cgroup only as far as its parent is protected too. */
  readonly protections: readonly string[];
  /** How a stopped cgroup shows, and how it goes on. */
  readonly freezer: Freezer;
}

/** A limit that is about to be written. */
export interface ComingLimit {
  /** Whose it is, for the error. */
  readonly name: string;
  readonly dir: string;
  readonly write: KernelWrite;
  readonly signal?: AbortSignal | undefined;
}

/** What holds usage below a coming limit. */
export interface Room {
  /** Called once the limit is written. Throws ERR_CGROUP_WRITE where that killed, or where more is in use all the same. */
  check?(): void;
  /** Takes it back; the limit is written, or was refused. */
  release(): void;
}

/** A cgroup can be frozen itself, or by one above it. */
export interface Freezer {
  hierarchyOf(hierarchies: readonly Hierarchy[]): Hierarchy | undefined;
  /** The file that shows whether a cgroup is frozen, by whomever. */
  readonly file: string;
  isFrozen(content: string): boolean;
  /** Lets the cgroup in `dir` go on as far as it was frozen itself; fine where it was not, or is gone. */
  thaw(dir: string): void;
}

/** Where our cgroups lie. */
export interface Site {
  readonly hierarchies: readonly Hierarchy[];
  /** Parts of the parent's name, outermost first. */
  readonly parent: readonly string[];
}

/** One cgroup's directory in one hierarchy. */
export interface Place {
  readonly dir: string;
  readonly hierarchy: Hierarchy;
}

export interface Findings {
  readonly unsupported: Unsupported;
  readonly ioWeightFile?: string;
}

/** What keeps containers, or some of their limits, from being had below our parent. */
export interface Obstacle {
  readonly reason: string;
  readonly mend: string;
  /** Containers can be made, without some of their limits. */
  readonly isPartial: boolean;
}

/** A file that older kernels lack. */
export interface NewerFile {
  readonly name: string;
  /** The first release of Linux that has it. */
  readonly since: string;
  /** What a kernel has to be built with. */
  readonly option?: string;
  /** What becomes of that which it is used for. */
  readonly without: string;
  /** Undefined where nothing was there to look at. */
  readonly isThere: boolean | undefined;
}

/** The directories from the mount point down to the parent, both included. */
export function pathDown({ mountPoint }: Hierarchy, parent: readonly string[]): string[] {
  return [mountPoint, ...parent.map((_, index) => [mountPoint, ...parent.slice(0, index + 1)].join('/'))];
}

/** Our parent's directory in one hierarchy. */
export function parentIn({ mountPoint }: Hierarchy, { parent }: Site): string {
  return [mountPoint, ...parent].join('/');
}

const cgroupName = /^[A-Za-z0-9_][A-Za-z0-9_.:@-]{0,254}$/;

/**
 * The parts of a parent's name such as "reconcile" or "apps.slice/reconcile". Throws ERR_USAGE for an
 * empty part, "..", and whatever the kernel, a shell or the runtimes could take for something else.
 */
export function parseParent(parent: string): string[] {
  const parts = parent.replace(/^\//, '').split('/');
  for (const part of parts) checkPart(part, parent);
  return parts;
}

function checkPart(part: string, parent: string): void {
  if (cgroupName.test(part)) return;
  const message = `--cgroup-parent ${JSON.stringify(parent)}: ${JSON.stringify(part)} is no name`;
  throw new ReconcileError('ERR_USAGE', message, {
    hint: 'write names of letters, digits, and _ . : @ - joined by "/", such as reconcile or apps.slice/reconcile',
  });
}

/** `name` as it is, where it names exactly one directory. Throws ERR_USAGE. */
export function checkName(name: string): string {
  if (name !== '' && name !== '.' && name !== '..' && !/[/\0\n]/.test(name)) return name;
  throw new ReconcileError('ERR_USAGE', `${JSON.stringify(name)} is no name of a cgroup`, {
    hint: 'write a single name without "/"',
  });
}
