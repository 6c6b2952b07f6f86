import { parseCpuList } from '../state/cpu-list.ts';
import type { Mount } from '../state/desired.ts';
import type { HostFacts } from '../state/observed.ts';
import type { Resources } from '../state/resources.ts';
import type { CapacityResource, CapacityRow, Reservations } from './types.ts';

/** What one container may take while it runs. */
export interface Held {
  readonly resources: Resources;
  readonly mounts: readonly Mount[];
  /** It has a writable layer of its own. */
  readonly writable: boolean;
}

/** How one resource is counted: in a container, and on the host. */
export interface Measure extends Pick<CapacityRow, 'resource' | 'kind' | 'unit'> {
  /** `max`: without limit. 0: it asks for nothing, or cannot have any. */
  amountOf(held: Held, host: HostFacts): number | 'max';
  /** Undefined where the host does not tell. */
  hostOf(host: HostFacts): number | undefined;
  readonly reserved?: keyof Reservations;
  /** A row only where some container has a number: that all go without says nothing. */
  readonly needsNumber?: boolean;
}

/** A guarantee by its cgroup file, which is also its field in a manifest. */
export type Guarantee = CapacityResource & ('memory.min' | 'memory.low');

export const guarantees: readonly Guarantee[] = ['memory.min', 'memory.low'];

/** Bytes by guarantee. */
export type Sums = Record<Guarantee, number>;

const memory = { unit: 'bytes', hostOf: (host: HostFacts) => host.capacity?.memoryBytes, reserved: 'memoryBytes' } as const;

/** Every resource, in the order in which to show them. Weights are relative: they have no sum. */
export const measures: readonly Measure[] = [
  { ...memory, resource: 'memory.min', kind: 'guarantee', amountOf: (held, host) => guaranteeOf('memory.min', held, host) },
  { ...memory, resource: 'memory.low', kind: 'guarantee', amountOf: (held, host) => guaranteeOf('memory.low', held, host) },
  { ...memory, resource: 'memory.max', kind: 'limit', amountOf: ({ resources }) => resources['memory.max'] ?? 'max' },
  {
    resource: 'memory.swap.max',
    kind: 'limit',
    unit: 'bytes',
    amountOf: ({ resources }) => resources['memory.swap.max'] ?? 'max',
    hostOf: ({ capacity }) => capacity?.swapBytes,
    needsNumber: true,
  },
  { ...memory, resource: 'tmpfs', kind: 'limit', amountOf: tmpfsOf },
  {
    resource: 'cpu.max',
    kind: 'limit',
    unit: 'cpus',
    amountOf: ({ resources }) => resources['cpu.max'] ?? 'max',
    hostOf: cpusOf,
    reserved: 'cpus',
  },
  {
    resource: 'pids.max',
    kind: 'limit',
    unit: 'count',
    amountOf: ({ resources }) => resources['pids.max'] ?? 'max',
    hostOf: ({ capacity }) => capacity?.tasks,
    reserved: 'tasks',
  },
  {
    resource: 'disk',
    kind: 'limit',
    unit: 'bytes',
    amountOf: ({ writable }) => (writable ? 'max' : 0),
    hostOf: ({ capacity }) => capacity?.disk?.sizeBytes,
  },
];

function cpusOf({ cpus, capacity }: HostFacts): number | undefined {
  const online = parseCpuList(cpus)?.length;
  return online === undefined ? undefined : Math.min(online, capacity?.cpus ?? online);
}

/** Bytes that a container has protected: `max` is all that it may use, or all that there is. */
export function guaranteeOf(field: Guarantee, held: Held | undefined, { capacity }: HostFacts): number {
  const asked = held?.resources[field] ?? 0;
  if (asked !== 'max') return asked;
  const limit = held?.resources['memory.max'] ?? 'max';
  const all = capacity?.memoryBytes ?? 0;
  return limit === 'max' ? all : Math.min(limit, all);
}

/** A mount without a size gets the kernel's default, half of the memory. Source: tmpfs(5). */
function tmpfsOf({ mounts }: Held, { capacity }: HostFacts): number {
  const defaultBytes = Math.floor((capacity?.memoryBytes ?? 0) / 2);
  let sum = 0;
  for (const mount of mounts) if (mount.type === 'tmpfs') sum += mount.sizeBytes ?? defaultBytes;
  return sum;
}
