import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { ContainerName } from '../state/container-name.ts';
import { isContainerName } from '../state/container-name.ts';
import type { DesiredContainer, DesiredState, Rootfs } from '../state/desired.ts';
import type { ObservedContainer, ObservedState, RootfsFacts } from '../state/observed.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { openContainerReader } from './container.ts';
import { readHostFacts } from './host-facts.ts';
import { withLayerUsage } from './layer-usage.ts';

/**
 * Reads from the kernel and from the bundles what this host shows of our containers, and what the
 * manifests need to know of the host. It writes nothing and starts nothing.
 *
 * @param names read these alone; by default all that is ours
 */
export function observe(host: Host, desired: DesiredState, names?: ReadonlySet<ContainerName>): ObservedState {
  const nowMs = monotonicMs();
  const layers = new Set(names === undefined ? host.rootfs.listLayers() : [...names].filter((name) => host.rootfs.hasLayer(name)));
  const readContainer = openContainerReader(host, { nowMs, layers });
  const found = [...(names ?? listOwned(host, layers))].sort().flatMap((name) => readContainer(name) ?? []);
  const wanted = desired.containers.filter(({ name }) => names === undefined || names.has(name));
  const asked = new Set(wanted.map(({ name }) => name));
  const rootfs = readRootfs(host, wanted, found);
  return {
    host: readHostFacts(host, wanted, names === undefined),
    // The parent of another instance is no container, unless a manifest asks for one of its name.
    containers: withLayerUsage(found.filter(({ name, claim }) => claim?.below !== true || asked.has(name)), { host, wanted, rootfs }),
    rootfs,
    jails: names === undefined ? host.rootfs.listJails() : [],
    nowMs,
  };
}

/** A cgroup beneath our parent whose name no manifest could give is not ours. */
function listOwned(host: Host, layers: ReadonlySet<ContainerName>): Set<ContainerName> {
  return new Set([...host.bundles.list(), ...host.cgroups.list().filter(isContainerName), ...layers]);
}

function readRootfs(
  host: Host,
  wanted: readonly DesiredContainer[],
  found: readonly ObservedContainer[],
): Record<string, RootfsFacts> {
  const facts: Record<string, RootfsFacts> = {};
  const bundles = new Map(found.map(({ name, bundle }) => [name, bundle]));
  for (const { name, spec } of wanted) {
    const key = rootfsKey(spec);
    const known = (facts[key] ??= host.rootfs.inspect(spec));
    const bundle = bundles.get(name);
    if (bundle === undefined || rootfsKey(bundle.spec) !== key) continue;
    facts[key] = withChanges(host, known, { rootfs: spec.rootfs, id: bundle.rootfsId });
  }
  return facts;
}

/** Adds what changed since a container was made of `id`. */
function withChanges(host: Host, facts: RootfsFacts, { rootfs, id }: { readonly rootfs: Rootfs; readonly id: string }): RootfsFacts {
  if (id === facts.id || facts.problems.length > 0 || facts.changedSince?.[id] !== undefined) return facts;
  const changed = host.rootfs.changedSince(rootfs, id);
  return changed === undefined ? facts : { ...facts, changedSince: { ...facts.changedSince, [id]: changed } };
}
