import type { DesiredContainer } from '../state/desired.ts';
import type { HostFacts, RootfsFacts } from '../state/observed.ts';
import { formatCpuList, parseCpuList } from '../state/cpu-list.ts';
import type { ResourceCodec } from '../state/resources.ts';
import { resourceFields } from '../state/resources.ts';
import type { Refusal } from './types.ts';

/** Limits that the manifest asks for and this host cannot hold. */
export function resourceRefusals(desired: DesiredContainer, host: HostFacts, codec: ResourceCodec): readonly Refusal[] {
  const combinations = codec.refusals(desired.spec.resources);
  return [
    ...unsupportedResources(desired, host),
    ...combinations.map(({ field, reason, hint }) => ({ path: `resources.${field}`, message: reason, hint })),
    ...unknownCpus(desired, host),
    ...unknownDevices(desired, host),
  ];
}

/** What keeps the container from being created here; a container that runs already goes on without it. */
export function creationRefusals(
  desired: DesiredContainer,
  host: HostFacts,
  rootfs: RootfsFacts | undefined,
): readonly Refusal[] {
  return [...missingSources(desired, host), ...(rootfs?.problems ?? [])];
}

function unsupportedResources({ spec }: DesiredContainer, host: HostFacts): Refusal[] {
  const refusals: Refusal[] = [];
  for (const field of resourceFields) {
    const reason = host.unsupported[field];
    const asked = spec.resources[field];
    // No limit, or no such rule, is what a host without the file gives.
    if (reason === undefined || asked === undefined || asked === 'max' || asked === false) continue;
    refusals.push({ path: `resources.${field}`, message: reason, hint: `leave ${field} out on this host; where it has a default, write max` });
  }
  return refusals;
}

function unknownCpus({ spec }: DesiredContainer, host: HostFacts): Refusal[] {
  const refusals: Refusal[] = [];
  for (const [field, online] of [['cpuset.cpus', host.cpus], ['cpuset.mems', host.mems]] as const) {
    const asked = parseCpuList(spec.resources[field] ?? '') ?? [];
    if (asked.length === 0) continue;
    const present = new Set(parseCpuList(online));
    const absent = asked.filter((number) => !present.has(number));
    if (absent.length === 0) continue;
    const kind = field === 'cpuset.cpus' ? 'CPUs' : 'memory nodes';
    refusals.push({
      path: `resources.${field}`,
      message: `this host has ${kind} ${online}, not ${formatCpuList(absent)}`,
      hint: `write numbers out of ${online}`,
    });
  }
  return refusals;
}

function unknownDevices({ spec }: DesiredContainer, host: HostFacts): Refusal[] {
  const limits = spec.resources['io.max'] ?? [];
  return limits
    .filter(({ device }) => host.devices[device] === undefined && host.unseen?.devices.includes(device) !== true)
    .map(({ device }) => ({
      path: 'resources.io.max',
      message: `${device} is no block device on this host`,
      hint: 'name a whole disk, as lsblk shows it',
    }));
}

function missingSources({ spec }: DesiredContainer, host: HostFacts): Refusal[] {
  const missing = new Set(host.missingSources);
  return spec.mounts.flatMap((mount) =>
    mount.type === 'bind' && missing.has(mount.source)
      ? [
          {
            path: `mounts.${mount.target}`,
            message: `${mount.source} does not exist on this host`,
            hint: 'create it, or correct the source',
          },
        ]
      : [],
  );
}
