import { namespaceTypes } from '../../state/desired.ts';
import { inspectCgroups, openCgroups } from '../cgroup/driver.ts';
import { pathExists, readTextIfExists } from '../file.ts';
import type { Settings } from '../paths.ts';
import { readOwnMounts } from '../proc/mountinfo.ts';
import { hostNamespaces } from '../proc/namespaces.ts';
import { findProgram } from '../runtime/detect-runtime.ts';
import { seccompFile } from '../runtime/seccomp-file.ts';
import type { Trouble } from './check.ts';
import type { HostHealth } from './checks.ts';
import { readKernel } from './kernel-features.ts';
import { readWay } from './program-files.ts';
import { programsIn, readPrograms, troubleOf } from './programs.ts';

/** Every program that is called besides the runtime. */
const calledPrograms = ['conmon', 'flock', 'mount', 'umount', 'unshare', 'nsenter', 'sync', 'sh'] as const;

/** Looks at the host, and asks its runtime what it is; changes nothing. */
export async function readHealth(settings: Settings): Promise<HostHealth> {
  const cgroups = orTrouble(() => openCgroups({ parent: settings.cgroupParent }));
  const inspected = orTrouble(() => inspectCgroups({ parent: settings.cgroupParent }));
  const namespaces = hostNamespaces();
  const coversForCrun = 'mode' in cgroups ? cgroups.coversForCrun : [];
  const programs = await readPrograms(settings, coversForCrun);
  return {
    isRoot: process.geteuid?.() === 0,
    kernel: readKernel('message' in inspected ? [] : inspected.newerFiles),
    cgroups: 'mode' in cgroups ? { mode: cgroups.mode, unsupported: cgroups.facts.unsupported } : cgroups,
    readOnlyCgroups: readOwnMounts().filter(({ fsType, options }) => /^cgroup2?$/.test(fsType) && options.includes('ro')).map(({ mountPoint }) => mountPoint),
    obstacles: 'message' in inspected ? [{ reason: inspected.message, mend: inspected.hint, isPartial: false }] : inspected.obstacles,
    programs,
    programFiles: Object.fromEntries(programsIn(programs).map(({ path }) => [path, readWay(path)])),
    missingPrograms: calledPrograms.filter((name) => findProgram(name) === undefined),
    hasOverlay: /^\S*\toverlay$/m.test(readTextIfExists('/proc/filesystems') ?? ''),
    hasSeccompProfile: pathExists(seccompFile),
    missingNamespaces: namespaceTypes.filter((type) => namespaces[type] === undefined),
    maxWatches: readNumber('/proc/sys/fs/inotify/max_user_watches'),
    maxInstances: readNumber('/proc/sys/fs/inotify/max_user_instances'),
    maxOpenFiles: Number(/^Max open files\s+(\d+)/m.exec(readTextIfExists('/proc/self/limits') ?? '')?.[1] ?? Infinity),
  };
}

function orTrouble<Result>(look: () => Result): Result | Trouble {
  try {
    return look();
  } catch (error) {
    return troubleOf(error);
  }
}

function readNumber(path: string): number {
  return Number.parseInt(readTextIfExists(path) ?? '', 10);
}
