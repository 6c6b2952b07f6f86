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
  // Only devices depend on the host.
  if (resources['io.max'] !== undefined) return translate(resolveDevices(resources, host.devices), codec);
  const known = translations.get(resources);
  if (known?.codec === codec) return known.normalized;
  const normalized = translate(resources, codec);
  translations.set(resources, { codec, normalized });
  return normalized;
}

/** A watch asks for the same again and again, and each plan several times. */
const translations = new WeakMap<Resources, { readonly codec: ResourceCodec; readonly normalized: NormalizedResources }>();

function translate(resources: Resources, codec: ResourceCodec): NormalizedResources {
  const files = codec.toFiles(resources);
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
