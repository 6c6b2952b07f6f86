import type { DesiredContainer, ContainerSpec, Mount } from '../state/desired.ts';
import type { IoLimit, Resources } from '../state/resources.ts';
import { valueAt } from './pointer.ts';

/** Plain values, as JSON Schema judges them. */
export type View = Readonly<Record<string, unknown>>;

/**
 * The container of a document as policies see it: under the manifest's own paths, with defaults filled in, sizes as
 * bytes, durations as seconds. What has no default and is not given is absent. Lists are in the manifest's order,
 * so that a path in the view is a path in the manifest. `first` is the first of the document's replicas.
 */
export function viewOf(first: DesiredContainer, document: unknown): View {
  const { group: name, labels, annotations, spec } = first;
  const replicas = valueAt(document, '/spec/replicas') ?? 1;
  // Each replica is named differently, and its host with it.
  const hostname = spec.hostname === first.name ? name : spec.hostname;
  const { mount: _always, ...namespaces } = spec.namespaces;
  const view = {
    apiVersion: 'reconcile/v1',
    kind: 'Container',
    metadata: { name, labels, annotations },
    spec: {
      replicas,
      rootfs: rootfsView(spec, document),
      process: spec.process,
      hostname,
      resources: resourcesView(spec.resources, document),
      namespaces,
      mounts: inOrder(spec.mounts, 'target', itemsAt(document, '/spec/mounts')).map(mountView),
      restart: restartView(spec.restart),
      stop: { signal: spec.stop.signal, timeout: seconds(spec.stop.timeoutMs) },
      drift: spec.drift,
    },
  };
  // The validator compares with the methods of ordinary objects.
  return JSON.parse(JSON.stringify(view)) as View;
}

function rootfsView({ rootfs }: ContainerSpec, document: unknown): object {
  if ('path' in rootfs) return rootfs;
  const { binaries, files } = rootfs.jail;
  const given = (key: string): readonly unknown[] => itemsAt(document, `/spec/rootfs/jail/${key}`);
  return { ...rootfs, jail: { binaries: byGiven(binaries, given('binaries')), files: byGiven(files, given('files')) } };
}

/** `{'memory.max': 1}` as `{memory: {max: 1}}`. */
function resourcesView(resources: Resources, document: unknown): object {
  const view: Record<string, unknown> = {};
  for (const [file, value] of Object.entries(resources)) {
    const keys = file.split('.');
    const last = keys.pop() ?? '';
    let group = view;
    for (const key of keys) group = (group[key] ??= {}) as Record<string, unknown>;
    group[last] = value;
  }
  const devices = ioView(resources['io.max'] ?? [], document);
  return devices.length === 0 ? view : { ...view, io: { ...(view['io'] as object | undefined), max: devices } };
}

/** Limits of `max` were left out, and devices that have no other; here they keep their places. */
function ioView(limits: readonly IoLimit[], document: unknown): readonly unknown[] {
  return itemsAt(document, '/spec/resources/io/max').map((item) => {
    const given = item as Readonly<Record<string, unknown>>;
    return { ...given, ...limits.find((limit) => limit.device === given['device']) };
  });
}

function mountView(mount: Mount): object {
  if (mount.type === 'bind') return mount;
  const { sizeBytes, ...rest } = mount;
  return sizeBytes === undefined ? rest : { ...rest, size: sizeBytes };
}

function restartView({ policy, backoff }: ContainerSpec['restart']): object {
  const { initialMs, maxMs, resetAfterMs } = backoff;
  return { policy, backoff: { initial: seconds(initialMs), max: seconds(maxMs), resetAfter: seconds(resetAfterMs) } };
}

function seconds(durationMs: number): number {
  return durationMs / 1000;
}

function itemsAt(document: unknown, pointer: string): readonly unknown[] {
  const items = valueAt(document, pointer);
  return Array.isArray(items) ? items : [];
}

function byGiven(values: readonly string[], given: readonly unknown[]): readonly string[] {
  return values.toSorted((a, b) => given.indexOf(a) - given.indexOf(b));
}

function inOrder<Item extends object>(items: readonly Item[], key: keyof Item & string, given: readonly unknown[]): readonly Item[] {
  const keys = given.map((item) => valueAt(item, `/${key}`));
  return items.toSorted((a, b) => keys.indexOf(a[key]) - keys.indexOf(b[key]));
}
