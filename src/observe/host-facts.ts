import { dirname } from 'node:path';
import { readCapacity } from '../host/capacity.ts';
import { deviceNumber, pathExists } from '../host/file.ts';
import type { Host } from '../host/host.ts';
import { readSources } from '../host/own-sources.ts';
import type { DesiredContainer } from '../state/desired.ts';
import type { HostFacts } from '../state/observed.ts';

/**
 * What the host can give, as far as the manifests ask: its controllers, the devices and folders they name.
 *
 * @param whole all containers are looked at, not some alone
 */
export function readHostFacts(
  { cgroups, runtime, settings, paths }: Host,
  wanted: readonly DesiredContainer[],
  whole: boolean,
): HostFacts {
  const { cpus, mems, unsupported } = whole || wanted.some(asksCpus) ? cgroups.facts : cgroups.lastFacts;
  const asked = namedPaths(wanted);
  return {
    cgroupMode: cgroups.mode,
    runtime: `${runtime.name} ${runtime.version ?? '(version known at apply)'}`,
    runtimeReason: runtime.why,
    cgroupParent: settings.cgroupParent,
    cpus,
    mems,
    unsupported,
    devices: readDevices(asked.devices),
    missingSources: [...asked.sources].filter((source) => !pathExists(source)),
    ...readSources(asked.sources, paths, new Set(wanted.map(({ manifest }) => dirname(manifest.file)))),
    // A look at one container, as drift asks for, is far quicker than this.
    ...(whole || wanted.some(asksGuarantee) ? { capacity: readCapacity({ data: settings.data, bounds: cgroups.bounds() }) } : {}),
  };
}

function asksCpus({ spec: { resources } }: DesiredContainer): boolean {
  return resources['cpuset.cpus'] !== undefined || resources['cpuset.mems'] !== undefined;
}

function asksGuarantee({ spec: { resources } }: DesiredContainer): boolean {
  return resources['memory.min'] !== undefined || resources['memory.low'] !== undefined;
}

/** The devices and the sources of bind mounts that containers name. */
export interface NamedPaths {
  readonly devices: ReadonlySet<string>;
  readonly sources: ReadonlySet<string>;
}

/** Every path that the manifests name and that only this host can judge. */
export function namedPaths(wanted: readonly DesiredContainer[]): NamedPaths {
  const [devices, sources] = [new Set<string>(), new Set<string>()];
  for (const { spec } of wanted) {
    for (const { device } of spec.resources['io.max'] ?? []) devices.add(device);
    for (const mount of spec.mounts) {
      if (mount.type === 'bind') sources.add(mount.source);
    }
  }
  return { devices, sources };
}

function readDevices(paths: ReadonlySet<string>): Record<string, string> {
  const devices: Record<string, string> = {};
  for (const path of paths) {
    const number = deviceNumber(path);
    if (number !== undefined) devices[path] = number;
  }
  return devices;
}
