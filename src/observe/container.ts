import type { Host } from '../host/host.ts';
import { hostNamespaces } from '../host/proc/namespaces.ts';
import type { NamespaceInodes } from '../host/proc/namespaces.ts';
import type { Bundle } from '../host/runtime/bundle.ts';
import type { openClaims } from '../host/runtime/claims.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { ContainerStatus, ObservedCgroup, ObservedContainer } from '../state/observed.ts';
import { readEnd } from './end.ts';
import type { Patience } from './end.ts';
import { readInit } from './process.ts';
import type { Sighting } from './process.ts';

/** What all containers share in one look at the host. */
export interface Look {
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  readonly layers: ReadonlySet<ContainerName>;
  readonly logs: ReadonlySet<ContainerName>;
  readonly claimOf: ReturnType<typeof openClaims>;
  readonly patience: Patience;
  /** All containers are looked at, not some alone. */
  readonly whole: boolean;
  /** Those of which it is enough to know that the process lives: their manifest changed, and a watch of them was told of nothing else. */
  readonly glances?: ReadonlySet<ContainerName>;
}

export interface ContainerReader {
  /** Undefined where nothing of that name is left. While nothing about a running container changes it is the same object. */
  read(name: ContainerName, look: Look): ObservedContainer | undefined;
  /** Forgets all others. */
  keep(names: ReadonlySet<ContainerName>): void;
}

/** What a container was put together from. */
interface Known {
  readonly bundle: Bundle;
  readonly cgroup: ObservedCgroup | undefined;
  readonly sighting: Sighting;
  readonly container: ObservedContainer;
  /** Of the process no more was read than that it lives. */
  readonly hasty: boolean;
}

export function openContainerReader(host: Host): ContainerReader {
  const own = hostNamespaces();
  const known = new Map<ContainerName, Known>();
  return {
    read(name, look) {
      const last = known.get(name);
      const { hurry, ...parts } = readParts(host, { name, look, own, last });
      if (last !== undefined && isSame(last, parts)) {
        if (last.hasty) known.set(name, { ...last, hasty: false });
        return last.container;
      }
      known.delete(name);
      const container = assemble(parts, look, host);
      const { bundle, cgroup, sighting } = parts;
      if (container?.status === 'running' && typeof bundle === 'object' && sighting !== undefined) {
        known.set(name, { bundle, cgroup, sighting, container, hasty: hurry });
      }
      return container;
    },
    keep(names) {
      for (const name of known.keys()) if (!names.has(name)) known.delete(name);
    },
  };
}

interface Parts {
  readonly name: ContainerName;
  readonly bundle: Bundle | undefined | 'damaged';
  readonly cgroup: ObservedCgroup | undefined;
  readonly sighting: Sighting | undefined;
  readonly layer: boolean;
}

interface PartsOptions {
  readonly name: ContainerName;
  readonly look: Look;
  readonly own: NamespaceInodes;
  readonly last: Known | undefined;
}

/**
 * Limits that changed, here or in the manifest, are to be written before anything else is looked at: what the process
 * shows costs more than they do. The look that follows each heal sees all of it, and so does every whole one.
 */
function readParts(host: Host, { name, look, own, last }: PartsOptions): Parts & { readonly hurry: boolean } {
  const bundle = host.bundles.read(name);
  const earlier = look.whole ? undefined : last;
  const isGlance = look.glances?.has(name) === true;
  const cgroup = (earlier === undefined ? undefined : toldOf(host, name, { hasty: earlier.hasty, isGlance })) ?? host.cgroups.read(name);
  const hurry = earlier !== undefined && cgroup !== undefined && mayHurry(earlier, cgroup, isGlance);
  const run = bundle === undefined || bundle === 'damaged' ? undefined : bundle.run;
  const sighting = run === undefined ? undefined : readInit({ host, name, run, cgroupPath: cgroup?.path, own, last: last?.sighting, hurry });
  return { name, bundle, cgroup, sighting, layer: look.layers.has(name), hurry };
}

/** What the watch of its cgroup was told, or that it was told nothing. */
function toldOf({ cgroups }: Host, name: ContainerName, { hasty, isGlance }: { readonly hasty: boolean; readonly isGlance: boolean }): ObservedCgroup | undefined {
  return (hasty ? undefined : cgroups.readNews(name)) ?? (isGlance ? cgroups.unnoticed(name) : undefined);
}

/** Never twice for limits that changed: somebody has to look. */
function mayHurry(earlier: Known, cgroup: ObservedCgroup, isGlance: boolean): boolean {
  return isGlance || (!earlier.hasty && earlier.cgroup !== cgroup);
}

/** A process that was started is never again one that waits to be. */
function isSame(last: Known, { bundle, cgroup, sighting, layer }: Omit<Parts, 'name'>): boolean {
  return last.bundle === bundle && last.cgroup === cgroup && last.sighting === sighting && last.container.layer === layer;
}

function assemble({ name, bundle: found, cgroup, sighting, layer }: Parts, look: Look, host: Host): ObservedContainer | undefined {
  if (found === undefined && cgroup === undefined) return absentOf(name, { layer, log: look.logs.has(name) });
  const claim = found === undefined && cgroup !== undefined ? look.claimOf({ path: cgroup.path, pids: () => host.cgroups.pids(name) }) : undefined;
  const bundle = found === 'damaged' ? undefined : found;
  const ended = bundle?.run !== undefined && sighting === undefined ? readEnd(host, { name, run: bundle.run, cgroup, look }) : undefined;
  const status = statusOf(host, { name, bundle, sighting });
  const parts = { bundle: bundle?.record, cgroup: ended?.cgroup ?? cgroup, process: sighting?.process, exit: ended?.exit, claim };
  return { name, status, layer, ...present(parts) };
}

/** What a reboot leaves of a container. */
function absentOf(name: ContainerName, { layer, log }: { readonly layer: boolean; readonly log: boolean }): ObservedContainer | undefined {
  if (!layer && !log) return undefined;
  return { name, status: 'stopped', layer, ...(log ? { log: true } : {}) };
}

type Part = 'bundle' | 'cgroup' | 'process' | 'exit' | 'claim';

/** The parts that are there. */
function present(parts: { readonly [Key in Part]: ObservedContainer[Key] | undefined }): Partial<Pick<ObservedContainer, Part>> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

function statusOf(
  host: Host,
  { name, bundle, sighting }: { name: ContainerName; bundle: Bundle | undefined; sighting: Sighting | undefined },
): ContainerStatus {
  if (bundle?.run === undefined) return 'creating';
  // A process that ended before it was let go on, or because we removed it, says nothing of its program's end.
  if (host.bundles.isLeaving(name)) return sighting !== undefined || host.cgroups.pids(name).length > 0 ? 'terminating' : 'creating';
  const isCreated = host.runtime.isCreated(name);
  if (sighting === undefined) return isCreated ? 'creating' : 'stopped';
  return isCreated ? 'created' : 'running';
}
