import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { mountsBelow, processesNaming } from '../support/kernel.ts';

/** What engines make at the root of every hierarchy without being asked; removed where it was not there before and is empty. */
const strangers = /^(?:libpod_parent|lxc|docker|machine)/;

/** Folders that engines make for the whole host, wherever they are told to keep their things. */
const strangeFolders = ['/run/lxc', '/run/docker', '/run/containerd', '/var/lib/containers'];

/** What was there before a run that it may make too. */
export interface Before {
  readonly cgroups: readonly string[];
  readonly folders: readonly string[];
}

export function lookBefore(): Before {
  return { cgroups: rootCgroups(), folders: strangeFolders.filter((path) => existsSync(path)) };
}

/** The cgroups at the roots of all hierarchies, as paths. */
function rootCgroups(): string[] {
  const base = '/sys/fs/cgroup';
  const roots = existsSync(join(base, 'cgroup.procs')) ? [base] : foldersIn(base);
  return roots.flatMap(foldersIn);
}

/** Removes the cgroups of a run that no process is in, and what engines made beside it that was not there before. */
export function removeStrange(prefix: string, before: Before): void {
  for (const path of strangeFolders) if (!before.folders.includes(path)) rmSync(path, { recursive: true, force: true });
  for (const path of rootCgroups()) {
    const name = path.split('/').at(-1) ?? '';
    if (name.startsWith(prefix) || (strangers.test(name) && !before.cgroups.includes(path))) removeEmpty(path);
  }
}

/** Everything that a run has left behind; empty where all is well. */
export function remainsOf(prefix: string, folders: readonly string[]): string[] {
  return [
    ...rootCgroups().filter((path) => path.split('/').at(-1)?.startsWith(prefix) === true),
    ...folders.flatMap(mountsBelow),
    ...folders.flatMap((folder) => processesNaming(`${folder}/`)).map((pid) => `process ${pid}: ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ').slice(0, 80)}`),
  ];
}

function removeEmpty(path: string): void {
  for (const child of foldersIn(path)) removeEmpty(child);
  try {
    rmdirSync(path);
  } catch {
    // A process is in it: remainsOf tells.
  }
}

function foldersIn(path: string): string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => join(path, name));
  } catch {
    return [];
  }
}
