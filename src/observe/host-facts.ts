import { deviceNumber, pathExists } from '../host/file.ts';
import type { Host } from '../host/host.ts';
import type { DesiredState } from '../state/desired.ts';
import type { HostFacts } from '../state/observed.ts';

/** What the host can give, as far as the manifests ask: its controllers, the devices and folders they name. */
export function readHostFacts(host: Host, desired: DesiredState): HostFacts {
  const { cgroups, runtime, settings } = host;
  const asked = namedPaths(desired);
  return {
    cgroupMode: cgroups.mode,
    runtime: `${runtime.name} ${runtime.version}`,
    cgroupParent: settings.cgroupParent,
    cpus: cgroups.facts.cpus,
    mems: cgroups.facts.mems,
    unsupported: cgroups.facts.unsupported,
    devices: readDevices(asked.devices),
    missingSources: [...asked.sources].filter((source) => !pathExists(source)),
  };
}

function namedPaths(desired: DesiredState): { devices: ReadonlySet<string>; sources: ReadonlySet<string> } {
  const devices = new Set<string>();
  const sources = new Set<string>();
  for (const { spec } of desired.containers) {
    for (const { device } of spec.resources['io.max'] ?? []) devices.add(device);
    for (const mount of spec.mounts) if (mount.type === 'bind') sources.add(mount.source);
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
