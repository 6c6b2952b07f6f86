import type { Host } from '../host/host.ts';
import { readCgroupText } from '../host/proc/cgroup-membership.ts';
import { startedAtMs } from '../host/proc/clock.ts';
import { mountPointsIn, readMountText } from '../host/proc/mountinfo.ts';
import type { NamespaceInodes } from '../host/proc/namespaces.ts';
import { readNamespaces } from '../host/proc/namespaces.ts';
import { readProcess } from '../host/proc/process.ts';
import type { BundleRun } from '../host/runtime/bundle.ts';
import type { ContainerName } from '../state/container-name.ts';
import { namespaceTypes } from '../state/desired.ts';
import type { ObservedProcess } from '../state/observed.ts';
import { findStray } from './stray.ts';

/** An init process, with the kernel's own words: while these stay the same, so does what they mean. */
export interface Sighting {
  readonly process: ObservedProcess;
  readonly run: BundleRun;
  readonly cgroupPath: string | undefined;
  /** Its parent: the monitor, while that is there. */
  readonly parent: number;
  readonly words: Words;
}

interface Words {
  readonly startedAtMs: number;
  readonly namespaces: NamespaceInodes;
  readonly mounts: string;
  readonly memberships: string;
  readonly isParentStopped: boolean;
}

export interface InitOptions {
  readonly host: Pick<Host, 'cgroups' | 'runtime'>;
  readonly name: ContainerName;
  readonly run: BundleRun;
  readonly cgroupPath: string | undefined;
  /** The namespaces that count as the host's. */
  readonly own: NamespaceInodes;
  /** The last sighting of the same container. */
  readonly last: Sighting | undefined;
  /** Whether it lives is enough: the rest is as it was last. */
  readonly hurry: boolean;
}

/** Looks at the init process that we created; undefined where it ended. Gives `last` itself where nothing changed. */
export function readInit(options: InitOptions): Sighting | undefined {
  const { run, cgroupPath, last, hurry } = options;
  const process = readProcess(run.pid);
  if (process === undefined || process.startTime !== run.startTime || process.state === 'Z') return undefined;
  const parent = process.ppid;
  const known = last?.run === run && last.cgroupPath === cgroupPath && last.parent === parent ? last : undefined;
  if (hurry && known !== undefined) return known;
  const words = readWords(run, parent);
  if (words === undefined) return undefined;
  // Whether it went back to where it belongs may show elsewhere.
  if (known !== undefined && sayTheSame(known.words, words) && known.process.strayCgroup === undefined) return known;
  return { run, cgroupPath, parent, words, process: understand(words, parent, options) };
}

function readWords({ pid, startTime }: BundleRun, parent: number): Words | undefined {
  const namespaces = readNamespaces(pid);
  const mounts = readMountText(pid);
  if (namespaces === undefined || mounts === undefined) return undefined;
  return { startedAtMs: startedAtMs(startTime), namespaces, mounts, memberships: readCgroupText(pid) ?? '', isParentStopped: readProcess(parent)?.state === 'T' };
}

function sayTheSame(one: Words, other: Words): boolean {
  return (
    one.mounts === other.mounts &&
    one.memberships === other.memberships &&
    one.startedAtMs === other.startedAtMs &&
    one.isParentStopped === other.isParentStopped &&
    namespaceTypes.every((type) => one.namespaces[type] === other.namespaces[type])
  );
}

function understand({ startedAtMs: startedMs, namespaces, mounts, memberships, isParentStopped }: Words, parent: number, options: InitOptions): ObservedProcess {
  const { host, name, run, cgroupPath, own } = options;
  const stray = findStray(memberships, { path: cgroupPath, isListed: () => host.cgroups.holds(name, run.pid) });
  const present = new Set(mountPointsIn(mounts));
  return {
    pid: run.pid,
    startTime: run.startTime,
    startedAtMs: startedMs,
    namespaces: Object.fromEntries(
      namespaceTypes.flatMap((type) => {
        const inode = namespaces[type];
        return inode === undefined ? [] : [[type, { inode, host: inode === own[type] }] as const];
      }),
    ),
    missingMounts: run.mounts.filter((point) => !present.has(point)),
    ...(stray === undefined ? {} : { strayCgroup: stray }),
    ...monitorOf(host.runtime.isMonitor(name, parent), isParentStopped),
  };
}

function monitorOf(isParent: boolean, isStopped: boolean): Pick<ObservedProcess, 'monitorLost' | 'monitorStopped'> {
  if (!isParent) return { monitorLost: true };
  return isStopped ? { monitorStopped: true } : {};
}
