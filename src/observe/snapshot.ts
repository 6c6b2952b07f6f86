import { randomBytes } from 'node:crypto';
import { deviceNumber, listDir } from '../host/file.ts';
import type { Host } from '../host/host.ts';
import { hostIdentity } from '../host/identity.ts';
import type { DesiredState } from '../state/desired.ts';
import type { ObservedContainer, ObservedState } from '../state/observed.ts';
import { costOf, openSealer } from '../state/seal.ts';
import type { Seal, Sealer } from '../state/seal.ts';
import type { Snapshot } from '../state/snapshot.ts';
import { namedPaths } from './host-facts.ts';
import { observe } from './observe.ts';
import { withUsage } from './usage.ts';

/** Looks at the host for `desired`, and writes it down without secrets and without what a plan has no use for. */
export function takeSnapshot(host: Host, desired: DesiredState): Snapshot {
  const observed = withUsage(observe(host, desired), host);
  const { devices, sources } = namedPaths(desired.containers);
  const disks = blockDevices();
  return {
    format: 'reconcile-snapshot',
    formatVersion: '1',
    takenAt: new Date().toISOString(),
    host: hostIdentity(),
    codec: host.cgroups.codecFacts,
    asked: { devices: [...new Set([...Object.keys(disks), ...devices])].sort(), sources: [...sources].sort() },
    ...sealState({ ...observed, host: { ...observed.host, devices: { ...disks, ...observed.host.devices } } }),
  };
}

/** `observed` with every environment variable sealed by a new salt. */
export function sealState(observed: ObservedState, salt = randomBytes(16).toString('hex')): Pick<Snapshot, 'seal' | 'observed'> {
  const seal: Seal = { salt, cost: costOf(countValues(observed)) };
  const sealer = openSealer(seal);
  return { seal, observed: { ...observed, containers: observed.containers.map((container) => withoutSecrets(container, sealer)) } };
}

function countValues({ containers }: ObservedState): number {
  const values = containers.flatMap(({ bundle }) => Object.entries(bundle?.spec.process.env ?? {}).map((pair) => pair.join('=')));
  return new Set(values).size;
}

function withoutSecrets(container: ObservedContainer, seal: Sealer): ObservedContainer {
  const { bundle } = container;
  return bundle === undefined ? container : { ...container, bundle: { ...bundle, spec: sealSpec(bundle.spec, seal) } };
}

type Spec = NonNullable<ObservedContainer['bundle']>['spec'];

function sealSpec(spec: Spec, seal: Sealer): Spec {
  const env = Object.entries(spec.process.env).map(([name, value]) => [name, seal(name, value)] as const);
  return { ...spec, process: { ...spec.process, env: Object.fromEntries(env) } };
}

/** More than any host has disks. */
const mostDevices = 1000;

/** Every disk and partition by its path, for manifests that nobody has applied yet. */
function blockDevices(): Record<string, string> {
  const devices: Record<string, string> = {};
  for (const name of listDir('/sys/class/block').slice(0, mostDevices)) {
    const path = `/dev/${name.replaceAll('!', '/')}`;
    const number = deviceNumber(path);
    if (number !== undefined) devices[path] = number;
  }
  return devices;
}
