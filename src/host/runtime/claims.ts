import { realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import type { CgroupClaim } from '../../state/observed.ts';
import { listDir, readTextIfExists } from '../file.ts';
import type { Paths } from '../paths.ts';
import { readOwnMounts } from '../proc/mountinfo.ts';
import { listPids } from '../proc/proc-file.ts';
import { readProcess } from '../proc/process.ts';
import { isInstanceMark } from './instance-mark.ts';
import { bundlesIn, readArgs } from './monitor.ts';
import type { OciSpec } from './oci-types.ts';
import { parseJson } from '../../state/checks.ts';

/** A bundle of any instance on this host. */
interface OtherBundle {
  readonly folder: string;
  readonly cgroupPath: string | undefined;
  /** conmon, the runtime: whatever was seen at work on it. */
  readonly pids: readonly number[];
}

/**
 * Finds who claims a cgroup: another instance whose bundle names it. Instances are found by their conmons and by their
 * marks, once, when first asked. Undefined: nobody else, so that it is ours.
 *
 * @param ask.path beneath the hierarchy's root, as in the OCI config
 * @param ask.pids lists the processes in the cgroup
 */
export function openClaims(paths: Paths): (ask: { readonly path: string; readonly pids: () => readonly number[] }) => CgroupClaim | undefined {
  let others: readonly OtherBundle[] | undefined;
  return ({ path, pids }) => {
    others ??= findOthers(paths);
    const parents = new Set(pids().map((pid) => readProcess(pid)?.ppid));
    const owner = others.find(({ cgroupPath, pids: workers }) => cgroupPath === path || (cgroupPath === undefined && workers.some((pid) => parents.has(pid))));
    if (owner !== undefined) return { root: rootOf(owner), below: false };
    const below = others.find(({ cgroupPath }) => cgroupPath?.startsWith(`${path}/`) === true);
    return below === undefined ? undefined : { root: rootOf(below), below: true };
  };
}

/** ROOT/bundles/NAME */
function rootOf({ folder }: OtherBundle): string {
  return dirname(dirname(folder));
}

function findOthers(paths: Paths): OtherBundle[] {
  const own = realPathOf(paths.bundles);
  const seen = new Map<string, number[]>(markedBundles().map((folder) => [folder, []]));
  for (const pid of listPids()) {
    for (const folder of bundlesIn(readArgs(pid))) seen.set(folder, [...(seen.get(folder) ?? []), pid]);
  }
  const others = [...seen].filter(([folder]) => realPathOf(dirname(folder)) !== own);
  return others.map(([folder, pids]) => ({ folder, cgroupPath: cgroupPathIn(readForeign(join(folder, 'config.json'))), pids }));
}

/** Those of instances whose folder is marked, also of containers that are stopped. */
function markedBundles(): string[] {
  const folders = readOwnMounts().filter(isInstanceMark).map(({ mountPoint }) => mountPoint);
  return folders.flatMap((folder) => listDir(folder).map((name) => join(folder, name)));
}

/** The cgroup of the container that an OCI config is for; undefined where the text is no such, or cut off. */
export function cgroupPathIn(config: string): string | undefined {
  const spec = parseJson(config) as Partial<OciSpec> | null | undefined;
  const path: unknown = spec?.linux?.cgroupsPath;
  return typeof path === 'string' ? path : undefined;
}

/** What we ourselves lack: it says nothing of the file. */
const ourErrnos: ReadonlySet<string | undefined> = new Set(['EMFILE', 'ENFILE', 'ENOMEM']);

/** Empty where it cannot be read: it is another program's file, and may be anything. */
function readForeign(path: string): string {
  try {
    return readTextIfExists(path) ?? '';
  } catch (error) {
    if (errnoOf(error) === undefined || ourErrnos.has(errnoOf(error))) throw error;
    return '';
  }
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return path;
  }
}
