import { deviceNumber, pathExists } from '../host/file.ts';
import type { Host } from '../host/host.ts';
import type { DesiredContainer } from '../state/desired.ts';
import type { HostFacts } from '../state/observed.ts';

/** What the host can give, as far as the manifests ask: its controllers, the devices and folders they name. */
export function readHostFacts({ cgroups, runtime, settings }: Host, wanted: readonly DesiredContainer[]): HostFacts {
  const { cpus, mems, unsupported } = cgroups.facts;
  const asked = namedPaths(wanted);
  return {
    cgroupMode: cgroups.mode,
    runtime: `${runtime.name} ${runtime.version}`,
    runtimeReason: runtime.why,
    cgroupParent: settings.cgroupParent,
    cpus,
    mems,
    unsupported,
    devices: readDevices(asked.devices),
    missingSources: [...asked.sources].filter((source) => !pathExists(source)),
  };
}

function namedPaths(wanted: readonly DesiredContainer[]): { devices: ReadonlySet<string>; sources: ReadonlySet<string> } {
  const devices = new Set<string>();
  const sources = new Set<string>();
  for (const { spec } of wanted) {
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
