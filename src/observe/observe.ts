import equal from 'fast-deep-equal';
import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import { openClaims } from '../host/runtime/claims.ts';
import type { ContainerName } from '../state/container-name.ts';
import { isContainerName } from '../state/container-name.ts';
import { containersNamed } from '../state/desired.ts';
import type { ContainerSpec, DesiredContainer, DesiredState, Rootfs } from '../state/desired.ts';
import type { ObservedContainer, ObservedState, RootfsFacts } from '../state/observed.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { openContainerReader } from './container.ts';
import { openPatience } from './end.ts';
import { readHostFacts } from './host-facts.ts';
import { withLayerUsage } from './layer-usage.ts';

/**
 * Reads from the kernel and from the bundles what this host shows of our containers, and what the
 * manifests need to know of the host. It writes nothing and starts nothing.
 *
 * @param names read these alone; by default all that is ours
 * @param glances those of `names` whose manifest changed; their cgroups are watched, and nothing else happened to them
 */
export type Observer = (desired: DesiredState, names?: ReadonlySet<ContainerName>, glances?: ReadonlySet<ContainerName>) => ObservedState;

/** Looks once. */
export function observe(host: Host, desired: DesiredState, names?: ReadonlySet<ContainerName>): ObservedState {
  return openObserver(host)(desired, names);
}

/** An observer that looks again and again: whatever is as it was is the same object in each state. */
export function openObserver(host: Host): Observer {
  const reader = openContainerReader(host);
  const known = new Map<string, RootfsFacts>();
  return (desired, names, glances = noNames) => {
    const nowMs = monotonicMs();
    const layers = new Set(names === undefined ? host.rootfs.listLayers() : [...names].filter((name) => host.rootfs.hasLayer(name)));
    const logs = new Set(names === undefined ? host.bundles.listLogs() : []);
    const look = { nowMs, layers, logs, claimOf: openClaims(host.paths), patience: openPatience(), whole: names === undefined, glances };
    const owned = names ?? listOwned(host, [...layers, ...logs]);
    if (names === undefined) reader.keep(owned);
    const found = [...owned].sort().flatMap((name) => reader.read(name, look) ?? []);
    const wanted = names === undefined ? desired.containers : containersNamed(desired, names);
    const asked = new Set(wanted.map(({ name }) => name));
    const rootfs = keepSame(readRootfs(host, wanted, { found, known: names === undefined ? nothingKnown : known }), known, names === undefined);
    return {
      host: readHostFacts(host, wanted, names === undefined),
      // The parent of another instance is no container, unless a manifest asks for one of its name.
      containers: withLayerUsage(found.filter(({ name, claim }) => claim?.below !== true || asked.has(name)), { host, wanted, rootfs }),
      rootfs,
      jails: names === undefined ? host.rootfs.listJails() : [],
      nowMs,
    };
  };
}

const noNames: ReadonlySet<ContainerName> = new Set();

/** What was found of root filesystems, with the facts of the last look where they are equal. */
function keepSame(found: Readonly<Record<string, RootfsFacts>>, known: Map<string, RootfsFacts>, whole: boolean): Record<string, RootfsFacts> {
  const facts: Record<string, RootfsFacts> = {};
  for (const [key, fresh] of Object.entries(found)) {
    const last = known.get(key);
    facts[key] = last !== undefined && equal(last, fresh) ? last : fresh;
  }
  if (whole) known.clear();
  for (const [key, one] of Object.entries(facts)) known.set(key, one);
  return facts;
}

/** A cgroup beneath our parent whose name no manifest could give is not ours. */
function listOwned(host: Host, onDisk: readonly ContainerName[]): Set<ContainerName> {
  return new Set([...host.bundles.list(), ...host.cgroups.list().filter(isContainerName), ...onDisk]);
}

/**
 * The files of a root filesystem change without an event, so that full looks are what finds it out. A look at some
 * containers, as drift asks for, takes what the last one found for those whose process the manifest lets be.
 */
function readRootfs(
  host: Host,
  wanted: readonly DesiredContainer[],
  { found, known }: { readonly found: readonly ObservedContainer[]; readonly known: ReadonlyMap<string, RootfsFacts> },
): Record<string, RootfsFacts> {
  const facts: Record<string, RootfsFacts> = {};
  const present = new Map(found.map((container) => [container.name, container]));
  for (const { name, spec } of wanted) {
    const key = rootfsKey(spec);
    const container = present.get(name);
    const bundle = container?.bundle;
    const stays = container?.process !== undefined && keepsProcess(bundle?.spec, spec);
    facts[key] ??= (stays ? known.get(key) : undefined) ?? host.rootfs.inspect(spec);
    if (bundle === undefined || rootfsKey(bundle.spec) !== key) continue;
    facts[key] = withChanges(host, facts[key], { rootfs: spec.rootfs, id: bundle.rootfsId });
  }
  return facts;
}

/** Limits are written beside a process; for anything else it may have to go. */
function keepsProcess(present: ContainerSpec | undefined, asked: ContainerSpec): boolean {
  return present !== undefined && equal({ ...present, resources: asked.resources }, asked);
}

const nothingKnown: ReadonlyMap<string, RootfsFacts> = new Map();

/** Adds what changed since a container was made of `id`. */
function withChanges(host: Host, facts: RootfsFacts, { rootfs, id }: { readonly rootfs: Rootfs; readonly id: string }): RootfsFacts {
  if (id === facts.id || facts.problems.length > 0 || facts.changedSince?.[id] !== undefined) return facts;
  const changed = host.rootfs.changedSince(rootfs, id);
  return changed === undefined ? facts : { ...facts, changedSince: { ...facts.changedSince, [id]: changed } };
}
