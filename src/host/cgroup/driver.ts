import { readFileSync } from 'node:fs';
import { ReconcileError } from '../../errors.ts';
import type { CgroupMode, ObservedCgroup, Pressure, Usage } from '../../state/observed.ts';
import type { KernelWrite, ResourceCodec } from '../../state/resources.ts';
import type { Cover } from '../runtime/mount-space.ts';
import { readBounds } from './bounds.ts';
import type { Bounds } from './bounds.ts';
import { childrenOf, dirExists, makeCgroup, pidsOfSubtree, removeCgroup } from './cgroup-dir.ts';
import { isCgroupDir, readCgroupFile, writeCgroupFile } from './cgroup-file.ts';
import type { CodecFacts } from './controller.ts';
import { delegatedDepth, requireUnit, unitProblem } from './delegated.ts';
import { detectCgroups } from './detect.ts';
import type { Hierarchy } from './detect.ts';
import { thaw } from './freezer.ts';
import type { FrozenPlaces } from './freezer.ts';
import { readPageBytes } from './host-files.ts';
import { openKnownCgroups } from './known-cgroups.ts';
import { checkName, parentIn, parseParent, pathDown } from './mode.ts';
import type { Mode, NewerFile, Obstacle, Place, Site } from './mode.ts';
import { readPressure } from './pressure.ts';
import { openProtection } from './protection.ts';
import type { Protection } from './protection.ts';
import { holdsProcess, readUsage } from './read.ts';
import { removeCgroups } from './remove.ts';
import { v1 } from './v1/hierarchy.ts';
import { v2 } from './v2/hierarchy.ts';
import { openView, refreshView } from './view.ts';
import type { CgroupFacts, View } from './view.ts';
import { writeLimits } from './write.ts';

/** Every effect on the cgroups below one parent. Names are single directories; ERR_USAGE for anything else. */
export interface CgroupDriver {
  readonly mode: CgroupMode;
  /**
   * The hierarchies that crun refuses to see, each with one to see in its place. It wants all limits in one kind, and
   * makes a container's cgroup wherever a hierarchy could be mounted: in a folder that was left bare it would make common
   * folders and files, which nobody removes (crun 1.8, src/libcrun/cgroup-setup.c). A cgroup is made once, however often.
   */
  readonly coversForCrun: readonly Cover[];
  /** As the host is now: CPUs come and go. Take them once a pass. */
  readonly facts: CgroupFacts;
  /** As they were taken last. */
  readonly lastFacts: CgroupFacts;
  /** The translation that goes with the facts that were taken last. */
  readonly codec: ResourceCodec;
  /** What `codec` was made from: elsewhere it is made anew from this. */
  readonly codecFacts: CodecFacts;
  /** What our parent and the cgroups above it leave to all containers together. */
  bounds(): Bounds;
  /** Beneath the hierarchy's mount point: /reconcile/web-0, which is what a runtime is given. */
  path(name: string): string;
  /** Names directly beneath our parent in any hierarchy, sorted; empty where the parent is not there. */
  list(): string[];
  /**
   * Its limits; undefined where there is no such cgroup. A file that is not there has no key. While nothing changes it
   * is the same object each time.
   */
  read(name: string): ObservedCgroup | undefined;
  /** The same from what `isNews` has seen, and no file read for it; undefined where that does not tell all that changed. */
  readNews(name: string): ObservedCgroup | undefined;
  /** The same where `isNews` has seen nothing since it was read or written; undefined where it has. For who watches it. */
  unnoticed(name: string): ObservedCgroup | undefined;
  /** What it uses now: as dear to read as its limits, and different each time. */
  usage(name: string): Usage;
  /** Whether the process is in this cgroup or below it, where its limits are. */
  holds(name: string, pid: number): boolean;
  /** Makes our parent, ready to have containers with limits. Throws ERR_CGROUP_WRITE. */
  ensureParent(): void;
  /**
   * Below a systemd unit: puts a new container's process also into the hierarchy that crun left out, in which systemd
   * may follow its units. Throws ERR_CGROUP_WRITE.
   */
  adopt(name: string, pid: number): void;
  /**
   * Writes in order and reads each back. Memory in use above a new limit is reclaimed first, which takes time.
   * Throws ERR_CGROUP_WRITE at the first that is refused or not kept, or that would make the kernel kill.
   */
  write(name: string, writes: readonly KernelWrite[], signal?: AbortSignal): Promise<void>;
  /** Gives our parent the protection that its containers have, without which theirs is void. Throws ERR_CGROUP_WRITE. */
  protectParent(): void;
  /** Lets a frozen cgroup go on. Throws ERR_CGROUP_WRITE where what froze it is not ours. */
  thaw(name: string): void;
  /** How long its tasks wait for resources. Not part of `read`: the kernel works it out at each call. */
  pressure(name: string): Pressure;
  /** Of the cgroup and all below it, in every hierarchy, ascending. */
  pids(name: string): number[];
  /** Kills every process of the cgroup, and never throws where it is gone. They end a little later. */
  kill(name: string): void;
  /** Kills, waits until empty, removes it from every hierarchy. Throws ERR_CGROUP_BUSY. */
  remove(name: string, options: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<void>;
  /** Removes our parent where no container is left. The directories above it stay: nothing says whose they are. */
  removeParentIfEmpty(): void;
  /** The directories with limits, and that in which a cgroup is frozen, to be watched for the writes of others. */
  directories(name: string): string[];
  /** Whether a file in one of these holds something else than when we last read or wrote it. */
  isNews(name: string, dir: string, file: string): boolean;
}

export interface CgroupOptions {
  /** Such as "reconcile" or "apps.slice/reconcile". */
  readonly parent: string;
  /** Default: what the kernel says of our own mounts. */
  readonly mountinfo?: string;
  /** Put before every mount point. Default: nothing. */
  readonly root?: string;
  /** Whether a directory lies on a cgroup file system. Default: statfs(2). Tests on plain folders say yes. */
  isCgroup?(dir: string): boolean;
}

const modes: Readonly<Record<CgroupMode, Mode>> = { unified: v2, hybrid: v1, legacy: v1 };

/** Finds this host's cgroups; writes nothing. Throws ERR_HOST_UNSUPPORTED, ERR_USAGE for a parent that is no name. */
export function openCgroups(options: CgroupOptions): CgroupDriver {
  const { mode, site, isCgroup } = openSite(options);
  return makeDriver(mode, site, isCgroup);
}

/** What a driver for the same would meet, and what the kernel has for it. */
export interface Inspection {
  readonly obstacles: readonly Obstacle[];
  readonly newerFiles: readonly NewerFile[];
}

/** Looks at the way to our parent as `ensureParent` would take it; writes nothing. Throws as `openCgroups` does, and ERR_CGROUP_READ. */
export function inspectCgroups(options: CgroupOptions): Inspection {
  const { mode, site } = openSite(options);
  const { obstacles, newerFiles } = modes[mode];
  const stopped = unitProblem(site);
  return {
    obstacles: stopped === undefined ? obstacles(site) : [{ reason: stopped.message, mend: stopped.hint ?? '', isPartial: false }],
    newerFiles: newerFiles(site),
  };
}

function openSite(options: CgroupOptions): { readonly mode: CgroupMode; readonly site: Site; isCgroup(dir: string): boolean } {
  const { isCgroup = isCgroupDir, root = '' } = options;
  const parent = parseParent(options.parent);
  const { mode, hierarchies } = detectCgroups(options.mountinfo ?? readFileSync('/proc/self/mountinfo', 'latin1'));
  const rooted = hierarchies.map((hierarchy) => ({ ...hierarchy, mountPoint: root + hierarchy.mountPoint }));
  for (const { mountPoint } of rooted) checkMount(mountPoint, isCgroup);
  return { mode, site: { hierarchies: rooted, parent }, isCgroup };
}

function checkMount(mountPoint: string, isCgroup: (dir: string) => boolean): void {
  if (isCgroup(mountPoint)) return;
  throw new ReconcileError('ERR_HOST_UNSUPPORTED', `${mountPoint}: mounted as a cgroup file system, but is none now`, {
    hint: 'something else was mounted over it: unmount that',
  });
}

function makeDriver(name: CgroupMode, site: Site, isCgroup: (dir: string) => boolean): CgroupDriver {
  const mode = modes[name];
  let view = openView(mode, site);
  const present = (): View => (view = refreshView(view, mode, site));
  const reopen = (): void => { view = openView(mode, site); };
  const { parentOf, protection, frozen, unified } = openParts(mode, site);
  const beside = name === 'hybrid' ? site.hierarchies.filter((hierarchy) => hierarchy.unified) : [];
  const isDelegated = delegatedDepth(site.parent) > 0;
  const known = openKnownCgroups(frozen, (cgroup, { files }) => { protection.note(cgroup, files); });
  return {
    mode: name,
    coversForCrun: coversOf(beside, site),
    get facts() { return present().facts; },
    get lastFacts() { return view.facts; },
    get codec() { return view.codec; },
    get codecFacts() { return view.codecFacts; },
    bounds: () => readBounds(present(), mode, site),
    path: (cgroup) => pathOf(site, cgroup),
    list: () => listNames(site),
    read: (cgroup) => known.read(cgroup, () => pathOf(site, cgroup), view.table),
    ...{ readNews: known.noticed, unnoticed: known.unnoticed },
    usage: (cgroup) => readUsage(checkName(cgroup), view.table),
    holds: (cgroup, pid) => holdsProcess(checkName(cgroup), pid, view.table),
    ensureParent() {
      requireUnit(site);
      if (mode.makeParent(site)) reopen();
    },
    adopt(cgroup, pid) {
      // Making a cgroup and moving a process takes the kernel as long as a fifth of all the rest: only systemd asks for it.
      for (const hierarchy of isDelegated ? beside : []) adopt(pid, { name: checkName(cgroup), hierarchy, site });
    },
    async write(cgroup, writes, signal) {
      const { limits, usage } = view;
      const dirOf = (controller: string): string | undefined => {
        const dir = parentOf(controller);
        return dir === undefined ? undefined : `${dir}/${checkName(cgroup)}`;
      };
      known.wrote(cgroup, await writeLimits({ name: cgroup, writes, limits, usage, dirOf, isCgroup, makeRoom: mode.makeRoom, signal }));
      const protecting = writes.filter(({ file }) => mode.protections.includes(file));
      protection.note(cgroup, Object.fromEntries(protecting.map(({ file, value }) => [file, value])));
      if (protecting.length > 0) protection.settle();
    },
    protectParent: () => { protection.settle({ anew: true }); },
    thaw: (cgroup) => { thaw(checkName(cgroup), frozen); },
    pressure: (cgroup) => (unified === undefined ? {} : readPressure(`${unified}/${checkName(cgroup)}`)),
    pids: (cgroup) => pidsOf(placesOf(site, cgroup)),
    kill: (cgroup) => { mode.kill(placesOf(site, cgroup)); },
    async remove(cgroup, options) {
      await removeCgroups({ ...options, name: cgroup, places: possiblePlaces(site, cgroup), kill: mode.kill });
      known.forget(cgroup);
      if (protection.forget(cgroup)) protection.settle();
    },
    removeParentIfEmpty: () => { removeParent(site); },
    directories(cgroup) {
      const parents = new Set([...view.limitParents, ...(frozen.parent === undefined ? [] : [frozen.parent])]);
      return [...parents].map((dir) => `${dir}/${checkName(cgroup)}`);
    },
    isNews: (cgroup, dir, file) => known.notice(cgroup, file, () => readCgroupFile(`${dir}/${file}`)),
  };
}

interface Parts {
  /** Our parent's directory for a controller. */
  parentOf(controller: string): string | undefined;
  readonly protection: Protection;
  readonly frozen: FrozenPlaces;
  /** Our parent's directory in cgroup2. */
  readonly unified: string | undefined;
}

/** What does not change with the view. */
function openParts(mode: Mode, site: Site): Parts {
  const { hierarchies } = site;
  const parentFor = (hierarchy: Hierarchy | undefined): string | undefined =>
    hierarchy === undefined ? undefined : parentIn(hierarchy, site);
  const parentOf = (controller: string): string | undefined => parentFor(mode.hierarchyOf(controller, hierarchies));
  return {
    parentOf,
    protection: openProtection({ files: mode.protections, parent: parentOf('memory'), pageBytes: readPageBytes() }),
    frozen: { freezer: mode.freezer, parent: parentFor(mode.freezer.hierarchyOf(hierarchies)) },
    unified: parentFor(hierarchies.find((hierarchy) => hierarchy.unified)),
  };
}

function pathOf({ parent }: Site, name: string): string {
  return `/${parent.join('/')}/${checkName(name)}`;
}

function listNames(site: Site): string[] {
  const parents = site.hierarchies.map((hierarchy) => parentIn(hierarchy, site));
  return [...new Set(parents.flatMap(childrenOf))].sort();
}

/** The directories of one cgroup that exist. */
function placesOf(site: Site, name: string): Place[] {
  return possiblePlaces(site, name).filter(({ dir }) => dirExists(dir));
}

function possiblePlaces(site: Site, name: string): Place[] {
  checkName(name);
  return site.hierarchies.map((hierarchy) => ({ dir: `${parentIn(hierarchy, site)}/${name}`, hierarchy }));
}

function coversOf(beside: readonly Hierarchy[], { hierarchies }: Site): Cover[] {
  const by = hierarchies.find(({ controllers }) => controllers.length > 0)?.mountPoint;
  return by === undefined ? [] : beside.map(({ mountPoint }) => ({ over: mountPoint, by }));
}

/** A runtime that knows the hierarchy has made the cgroup, with the process in it. */
function adopt(pid: number, { name, hierarchy, site }: { readonly name: string; readonly hierarchy: Hierarchy; readonly site: Site }): void {
  const dir = `${parentIn(hierarchy, site)}/${name}`;
  if (dirExists(dir)) return;
  for (const above of pathDown(hierarchy, site.parent).slice(1)) makeCgroup(above);
  makeCgroup(dir);
  writeCgroupFile({ object: name, path: `${dir}/cgroup.procs`, value: String(pid) });
}

function pidsOf(places: readonly Place[]): number[] {
  return [...new Set(places.flatMap(({ dir }) => pidsOfSubtree(dir)))].sort((one, other) => one - other);
}

function removeParent(site: Site): void {
  if (listNames(site).length > 0) return;
  for (const hierarchy of site.hierarchies) removeCgroup(parentIn(hierarchy, site));
}
