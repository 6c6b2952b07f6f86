import type { IoLimit, Resources } from '../state/resources.ts';
import { canonicalCpuList } from './cpu-list.ts';
import { compareTexts } from './diagnostic.ts';
import { valueOf } from './fault.ts';
import type { DeviceLimit, IoLimits, ResourceLimits } from './generated/container-types.ts';
import { parseBytes } from './quantity.ts';

/** As Podman does: without it one container can take every process id of the host. */
const defaultPids = 2048;

/** The limits of a valid manifest by cgroup v2 file; what is absent stays absent, but for pids.max. */
export function resolveResources(limits: ResourceLimits): Resources {
  const { cpu = {}, cpuset = {}, memory = {}, pids = {}, io = {} } = limits;
  return withoutAbsent({
    'cpu.max': numberOrMax(cpu.max),
    'cpu.weight': cpu.weight,
    'cpuset.cpus': cpuList(cpuset.cpus),
    'cpuset.mems': cpuList(cpuset.mems),
    'memory.min': bytes(memory.min),
    'memory.low': bytes(memory.low),
    'memory.high': bytes(memory.high),
    'memory.max': bytes(memory.max),
    'memory.swap.max': bytes(memory.swap?.max),
    'memory.oom.group': memory.oom?.group,
    'pids.max': numberOrMax(pids.max ?? defaultPids),
    'io.max': ioLimits(io),
    'io.weight': io.weight,
  });
}

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

function withoutAbsent(resources: Optional<Required<Resources>>): Resources {
  return Object.fromEntries(Object.entries(resources).filter(([, value]) => value !== undefined));
}

function numberOrMax(value: number | string | undefined): number | 'max' | undefined {
  return typeof value === 'string' ? 'max' : value;
}

function bytes(value: number | string | undefined): number | 'max' | undefined {
  return value === undefined ? undefined : valueOf(parseBytes(String(value)));
}

function cpuList(value: string | undefined): string | undefined {
  return value === undefined ? undefined : valueOf(canonicalCpuList(value));
}

/** A device without any limit is left out: it is what the kernel does anyway. */
function ioLimits({ max }: IoLimits): readonly IoLimit[] | undefined {
  const limits = (max ?? []).map(ioLimit).filter((limit) => Object.keys(limit).length > 1);
  if (limits.length === 0) return undefined;
  return limits.toSorted((a, b) => compareTexts(a.device, b.device));
}

function ioLimit({ device, rbps, wbps, riops, wiops }: DeviceLimit): IoLimit {
  const rates = { rbps: bytes(rbps), wbps: bytes(wbps), riops: numberOrMax(riops), wiops: numberOrMax(wiops) };
  const limited = Object.entries(rates).filter(([, rate]) => rate !== undefined && rate !== 'max');
  return { device, ...Object.fromEntries(limited) };
}
