import equal from 'fast-deep-equal';
import type { Host } from '../host/host.ts';
import { measureLayer } from '../host/rootfs/layer-usage.ts';
import type { DesiredContainer } from '../state/desired.ts';
import type { ObservedContainer, RootfsFacts } from '../state/observed.ts';
import { rootfsKey } from '../state/rootfs-key.ts';

export interface LayerUsageOptions {
  readonly host: Host;
  readonly wanted: readonly DesiredContainer[];
  readonly rootfs: Readonly<Record<string, RootfsFacts>>;
  /** Files and folders to look at, in all and of one container. Default: some tens of milliseconds, whatever there is. */
  readonly maxEntries?: number;
  readonly maxEntriesOfOne?: number;
}

/** Adds what lies in the writable layers of the containers that are to have another root filesystem, which removes them. */
export function withLayerUsage(
  found: readonly ObservedContainer[],
  { host, wanted, rootfs, maxEntries = 10_000, maxEntriesOfOne = 2_000 }: LayerUsageOptions,
): readonly ObservedContainer[] {
  const asked = new Map(wanted.map((container) => [container.name, container]));
  let left = maxEntries;
  return found.map((container) => {
    const desired = asked.get(container.name);
    if (left <= 0 || desired === undefined || !losesLayer(container, desired, rootfs)) return container;
    const limit = Math.min(left, maxEntriesOfOne);
    const layerUsage = measureLayer(container.name, host.paths, limit);
    if (layerUsage === undefined) return container;
    left -= layerUsage.complete ? layerUsage.files + 1 : limit;
    return { ...container, layerUsage };
  });
}

function losesLayer(
  { layer, bundle }: ObservedContainer,
  { spec }: DesiredContainer,
  rootfs: Readonly<Record<string, RootfsFacts>>,
): boolean {
  if (!layer || bundle === undefined) return false;
  const facts = rootfs[rootfsKey(spec)];
  return (facts !== undefined && facts.problems.length === 0 && facts.id !== bundle.rootfsId) || !equal(spec.rootfs, bundle.spec.rootfs);
}
