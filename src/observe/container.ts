import type { Host } from '../host/host.ts';
import { findStray } from './stray.ts';
import { startedAtMs } from '../host/proc/clock.ts';
import { readMountPoints } from '../host/proc/mountinfo.ts';
import { hostNamespaces, readNamespaces } from '../host/proc/namespaces.ts';
import { readProcess } from '../host/proc/process.ts';
import type { Bundle, BundleRun } from '../host/runtime/bundle.ts';
import { openClaims } from '../host/runtime/claims.ts';
import type { ContainerName } from '../state/container-name.ts';
import { namespaceTypes } from '../state/desired.ts';
import type {
  ContainerStatus,
  ObservedCgroup,
  ObservedContainer,
  ObservedExit,
  ObservedProcess,
} from '../state/observed.ts';

/** Reads one container: undefined where nothing of that name is left. */
export type ContainerReader = (name: ContainerName) => ObservedContainer | undefined;

type Part = 'bundle' | 'cgroup' | 'process' | 'exit' | 'claim';

/** A reader for one pass: what all containers share is read once. */
export function openContainerReader(
  host: Host,
  { nowMs, layers }: { readonly nowMs: number; readonly layers: ReadonlySet<ContainerName> },
): ContainerReader {
  const own = hostNamespaces();
  const claimOf = openClaims(host.paths);
  return (name) => {
    const found = host.bundles.read(name);
    const cgroup = host.cgroups.read(name);
    const layer = layers.has(name);
    if (found === undefined && cgroup === undefined) return layer ? { name, status: 'stopped', layer } : undefined;
    const claim = found === undefined && cgroup !== undefined ? claimOf(cgroup) : undefined;
    const bundle = found === 'damaged' ? undefined : found;
    const process = bundle?.run === undefined ? undefined : readInit(bundle.run, { cgroup, own });
    const exit = bundle?.run === undefined || process !== undefined ? undefined : readExit(host, { name, run: bundle.run, cgroup, nowMs });
    const status = statusOf(host, { name, bundle, process });
    return { name, status, layer, ...partsOf({ bundle: bundle?.record, cgroup, process, exit, claim }) };
  };
}

/** The parts that are there. */
function partsOf(parts: { readonly [Key in Part]: ObservedContainer[Key] | undefined }): Partial<Pick<ObservedContainer, Part>> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

function statusOf(
  host: Host,
  { name, bundle, process }: { name: ContainerName; bundle: Bundle | undefined; process: ObservedProcess | undefined },
): ContainerStatus {
  if (bundle?.run === undefined) return 'creating';
  if (process === undefined) return 'stopped';
  return host.runtime.isCreated(name) ? 'created' : 'running';
}

function readInit(
  run: BundleRun,
  { cgroup, own }: { cgroup: ObservedCgroup | undefined; own: ReturnType<typeof hostNamespaces> },
): ObservedProcess | undefined {
  const process = readProcess(run.pid);
  if (process === undefined || process.startTime !== run.startTime || process.state === 'Z') return undefined;
  const namespaces = readNamespaces(run.pid);
  const mounts = readMountPoints(run.pid);
  if (namespaces === undefined || mounts === undefined) return undefined;
  const stray = findStray(run.pid, cgroup);
  const present = new Set(mounts);
  return {
    pid: run.pid,
    startTime: run.startTime,
    startedAtMs: startedAtMs(run.startTime),
    namespaces: Object.fromEntries(
      namespaceTypes.flatMap((type) => {
        const inode = namespaces[type];
        return inode === undefined ? [] : [[type, { inode, host: inode === own[type] }] as const];
      }),
    ),
    mounts,
    missingMounts: run.mounts.filter((point) => !present.has(point)),
    ...(stray === undefined ? {} : { strayCgroup: stray }),
  };
}

function readExit(
  host: Host,
  { name, run, cgroup, nowMs }: { name: ContainerName; run: BundleRun; cgroup: ObservedCgroup | undefined; nowMs: number },
): ObservedExit {
  const exit = host.bundles.readExit(name);
  const oomKilled = (cgroup?.usage.oomKills ?? 0) > 0 && exit?.code === 137;
  if (exit === undefined) return { atMs: run.startedAtMs, ranMs: 0, oomKilled };
  // The wall clock may have been set meanwhile: the end lies between the start and now, whatever it says.
  const atMs = Math.min(nowMs, Math.max(run.startedAtMs, nowMs - (Date.now() - exit.mtimeMs)));
  return { code: exit.code, atMs, ranMs: atMs - run.startedAtMs, oomKilled };
}
