import type { HostFacts } from '../state/observed.ts';
import type { FileValues, IoLimit, ResourceCodec, Resources } from '../state/resources.ts';

/** The resources that a manifest asks for, as this host's kernel will show them, with the files that hold them. */
export interface NormalizedResources {
  readonly resources: Resources;
  readonly files: FileValues;
}

/**
 * Rounds, fills in the kernel's defaults and names devices by number, so that two values which the
 * kernel cannot tell apart are equal. Normalising twice changes nothing.
 */
export function normalizeResources(resources: Resources, host: HostFacts, codec: ResourceCodec): NormalizedResources {
  const files = codec.toFiles(resolveDevices(resources, host.devices));
  return { resources: codec.fromFiles(files), files };
}

/** Puts "major:minor" for each device path; a path without a number is left out (it is refused elsewhere). */
function resolveDevices(resources: Resources, devices: HostFacts['devices']): Resources {
  const limits = resources['io.max'];
  if (limits === undefined) return resources;
  const resolved: IoLimit[] = [];
  for (const limit of limits) {
    const device = limit.device.startsWith('/') ? devices[limit.device] : limit.device;
    if (device !== undefined) resolved.push({ ...limit, device });
  }
  return { ...resources, 'io.max': resolved };
}
