import type { ContainerName } from '../../src/state/container-name.ts';
import type { ContainerSpec, DesiredContainer, DesiredState } from '../../src/state/desired.ts';
import type { BundleRecord, HostFacts, ObservedContainer, ObservedState } from '../../src/state/observed.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';

export const name = (text: string): ContainerName => text as ContainerName;

export const plainSpec: ContainerSpec = {
  rootfs: { path: '/srv/shop', readonly: false },
  process: { args: ['/bin/serve'], env: { MODE: 'production' }, cwd: '/', user: { uid: 0, gid: 0 } },
  hostname: 'web',
  resources: { 'memory.max': 268_435_456, 'pids.max': 128 },
  namespaces: { mount: 'private', pid: 'private', network: 'private', ipc: 'private', uts: 'private', cgroup: 'private' },
  mounts: [{ type: 'bind', source: '/srv/data', target: '/data', readonly: true }],
  restart: { policy: 'always', backoff: { initialMs: 1_000, maxMs: 300_000, resetAfterMs: 600_000 } },
  stop: { signal: 'TERM', timeoutMs: 10_000 },
  drift: { default: 'enforce', paths: {} },
};

export const plainHost: HostFacts = {
  cgroupMode: 'unified',
  runtime: 'crun 1.8.1',
  runtimeReason: 'crun is the fastest that works here',
  cgroupParent: 'reconcile',
  cpus: '0-3',
  mems: '0',
  unsupported: {},
  devices: { '/dev/vda': '254:0' },
  missingSources: [],
};

/** A container that the manifests ask for; `spec` replaces whole fields of the plain one. */
export function desiredContainer(text: string, spec: Partial<ContainerSpec> = {}, group = text): DesiredContainer {
  return {
    name: name(text),
    group,
    manifest: { file: `manifests/${group}.yaml`, line: 1 },
    labels: {},
    annotations: {},
    spec: { ...plainSpec, ...spec },
  };
}

export function desiredState(containers: readonly DesiredContainer[], complete = true): DesiredState {
  return { revision: 'r1', containers, complete };
}

/** The record that applying `desired` leaves. */
export function recordOf(desired: DesiredContainer, rootfsId = 'id-1'): BundleRecord {
  const { group, manifest, labels, annotations, spec } = desired;
  return { group, manifest, labels, annotations, spec, rootfsId, restarts: { count: 0, failures: 0, oomKills: 0 } };
}

/** A host on which `containers` run, and every root filesystem of `desired` is as it was when they were made. */
export function observedState(
  containers: readonly ObservedContainer[],
  desired: readonly DesiredContainer[] = [],
  host: HostFacts = plainHost,
): ObservedState {
  const rootfs = Object.fromEntries(desired.map(({ spec }) => [rootfsKey(spec), { id: 'id-1', problems: [] }]));
  return { host, containers, rootfs, jails: [], nowMs: 1_000_000 };
}
