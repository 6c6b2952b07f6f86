import type { Host } from '../host/host.ts';
import { monotonicMs } from '../host/proc/clock.ts';
import type { ContainerName } from '../state/container-name.ts';
import { isContainerName } from '../state/container-name.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';
import type { ObservedState, RootfsFacts } from '../state/observed.ts';
import { rootfsKey } from '../state/rootfs-key.ts';
import { openContainerReader } from './container.ts';
import { readHostFacts } from './host-facts.ts';

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
  return {
    host: readHostFacts(host, wanted),
    // The parent of another instance is no container, unless a manifest asks for one of its name.
    containers: found.filter(({ name, claim }) => claim?.below !== true || asked.has(name)),
    rootfs: readRootfs(host, wanted),
    jails: names === undefined ? host.rootfs.listJails() : [],
    nowMs,
  };
}

/** A cgroup beneath our parent whose name no manifest could give is not ours. */
function listOwned(host: Host, layers: ReadonlySet<ContainerName>): Set<ContainerName> {
  return new Set([...host.bundles.list(), ...host.cgroups.list().filter(isContainerName), ...layers]);
}

function readRootfs(host: Host, wanted: readonly DesiredContainer[]): Record<string, RootfsFacts> {
  const facts: Record<string, RootfsFacts> = {};
  for (const { spec } of wanted) {
    const key = rootfsKey(spec);
    facts[key] ??= host.rootfs.inspect(spec);
  }
  return facts;
}
