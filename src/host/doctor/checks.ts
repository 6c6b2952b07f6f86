import type { Obstacle } from '../cgroup/mode.ts';
import { bad, good, weak } from './check.ts';
import type { Check, Trouble } from './check.ts';
import { kernelChecks } from './kernel.ts';
import type { Kernel } from './kernel.ts';
import { programFileChecks } from './program-files.ts';
import type { WayPart } from './program-files.ts';
import { runtimeChecks } from './runtime-checks.ts';
import type { Programs } from './runtime-checks.ts';

/** What was found out about a host. */
export interface HostHealth {
  readonly isRoot: boolean;
  readonly kernel: Kernel;
  /** `unified`, `hybrid` or `legacy`; an error where the host has no cgroups that can be used. */
  readonly cgroups: { readonly mode: string; readonly unsupported: Readonly<Record<string, string>> } | Trouble;
  /** Mount points of cgroups that cannot be written: nobody delegated them to us. */
  readonly readOnlyCgroups: readonly string[];
  /** What lies in the way of cgroups with limits. */
  readonly obstacles: readonly Obstacle[];
  readonly programs: Programs;
  /** What lies on the way to each runtime and to conmon, by path. */
  readonly programFiles: Readonly<Record<string, readonly WayPart[]>>;
  /** Programs that are called and not there. */
  readonly missingPrograms: readonly string[];
  readonly hasOverlay: boolean;
  readonly hasSeccompProfile: boolean;
  /** Namespace types that this kernel does not have. */
  readonly missingNamespaces: readonly string[];
  readonly maxWatches: number;
  readonly maxInstances: number;
  /** Of this process; containers inherit nothing of it. */
  readonly maxOpenFiles: number;
}

/** Directories that a watch follows for each container, on the kind of host that has most. */
const watchesEach = 6;

/** As many containers as a host should be able to hold without anybody looking at its settings. */
const containersInMind = 1000;

const filesInMind = 4096;
const instancesInMind = 64;

/** Pure: the same health gives the same checks. */
export function checksOf(health: HostHealth): readonly Check[] {
  return [
    health.isRoot ? good('user', 'root') : bad('user', 'not root', 'run it as root: containers cannot be made otherwise, and other users see less'),
    ...kernelChecks(health.kernel),
    cgroupCheck(health),
    ...delegationChecks(health),
    ...runtimeChecks(health.programs),
    ...(Object.keys(health.programFiles).length === 0 ? [] : programFileChecks(health.programFiles)),
    programCheck(health),
    health.hasSeccompProfile ? good('seccomp', 'a profile is there') : bad('seccomp', 'no profile: containers run without a filter of system calls', 'apt-get install golang-github-containers-common'),
    health.hasOverlay ? good('overlay', 'the kernel has it') : bad('overlay', 'the kernel does not have it: no writable root filesystem, and none with mounts that its source has no place for', 'modprobe overlay'),
    namespaceCheck(health),
    atLeast('fs.inotify.max_user_watches', health.maxWatches, watchesEach * containersInMind),
    atLeast('fs.inotify.max_user_instances', health.maxInstances, instancesInMind),
    openFilesCheck(health),
  ];
}

function cgroupCheck({ cgroups }: HostHealth): Check {
  if ('message' in cgroups) return bad('cgroups', cgroups.message, cgroups.hint);
  const lacking = Object.keys(cgroups.unsupported).sort();
  if (lacking.length === 0) return good('cgroups', `${cgroups.mode}, all fields of manifests`);
  const mend = cgroups.mode === 'unified' ? 'take a kernel with these controllers, or have what is above this host delegate them' : 'boot with systemd.unified_cgroup_hierarchy=1 for all of them';
  return weak('cgroups', `${cgroups.mode}, without ${lacking.join(', ')}`, mend);
}

function delegationChecks({ cgroups, readOnlyCgroups, obstacles }: HostHealth): readonly Check[] {
  if ('message' in cgroups) return [];
  if (readOnlyCgroups.length > 0) return [bad('delegation', `mounted read-only: ${readOnlyCgroups.join(', ')}`, 'run it on the host itself, or in a container that has cgroups of its own to write, such as one with Delegate=yes')];
  if (obstacles.length === 0) return [good('delegation', 'cgroups can be made, with the limits that the host has')];
  return obstacles.map(({ reason, mend, isPartial }) => (isPartial ? weak : bad)('delegation', reason, mend));
}

function programCheck({ missingPrograms }: HostHealth): Check {
  if (missingPrograms.length === 0) return good('programs', 'all are there');
  return bad('programs', `missing: ${missingPrograms.join(', ')}`, 'apt-get install conmon util-linux mount coreutils');
}

function namespaceCheck({ missingNamespaces }: HostHealth): Check {
  if (missingNamespaces.length === 0) return good('namespaces', 'the kernel has all kinds');
  return bad('namespaces', `the kernel has no ${missingNamespaces.join(', ')}`, 'a container that asks for these as private cannot be made: take another kernel');
}

function atLeast(name: string, found: number, wanted: number): Check {
  if (found >= wanted) return good(name, String(found));
  return weak(name, `${found}: drift of some of ${containersInMind} containers would be found by the slow pass alone`, `sysctl -w ${name}=${wanted}`);
}

function openFilesCheck({ maxOpenFiles }: HostHealth): Check {
  if (maxOpenFiles >= filesInMind) return good('open files', String(maxOpenFiles));
  return weak('open files', `at most ${maxOpenFiles}`, `ulimit -n ${filesInMind}, or LimitNOFILE= of the service`);
}
