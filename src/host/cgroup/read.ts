import type { ObservedCgroup, Usage } from '../../state/observed.ts';
import type { FileValues } from '../../state/resources.ts';
import { dirExists, pidsOfSubtree } from './cgroup-dir.ts';
import { readCgroupFile } from './cgroup-file.ts';
import type { Controller, UsageFile } from './controller.ts';
import type { LimitFile } from './limit-file.ts';

/** Everything that reading one cgroup needs, worked out once for all of them. */
export interface ReadTable {
  readonly limits: readonly { readonly file: string; readonly prefix: string; readonly suffix: string }[];
  readonly usage: readonly { readonly usage: UsageFile; readonly prefix: string; readonly suffix: string }[];
  /** Parent directories in every hierarchy, that of the processes first. */
  readonly parents: readonly string[];
}

export interface ReadTableOptions {
  readonly limits: readonly LimitFile[];
  readonly controllers: readonly Controller[];
  readonly parents: readonly string[];
  /** The parent's directory for a controller. */
  parentOf(controller: string): string | undefined;
}

export function makeReadTable({ limits, controllers, parents, parentOf }: ReadTableOptions): ReadTable {
  const place = ({ controller, file }: { readonly controller: string; readonly file: string }) => {
    const parent = parentOf(controller);
    return parent === undefined ? [] : [{ file, prefix: `${parent}/`, suffix: `/${file}` }];
  };
  return {
    limits: limits.flatMap(place),
    usage: controllers.flatMap((each) => each.usage).flatMap((usage) => place(usage).map((at) => ({ ...at, usage }))),
    parents,
  };
}

/**
 * Reads the limits of one cgroup; undefined where no hierarchy has a directory of that name. Gives `last` itself where
 * nothing changed since.
 */
export function readCgroup(name: string, path: string, { table, frozen, last }: ReadOptions): ObservedCgroup | undefined {
  const files = readLimits(name, table);
  if (Object.keys(files).length === 0 && !hasPlace(name, table)) return undefined;
  const isStill = frozen();
  if (last !== undefined && isStill === (last.frozen === true) && holdsSame(files, last.files)) return last;
  return isStill ? { path, files, frozen: true } : { path, files };
}

export interface ReadOptions {
  readonly table: ReadTable;
  /** Whether its tasks stand still. */
  frozen(): boolean;
  readonly last: ObservedCgroup | undefined;
}

function readLimits(name: string, { limits }: ReadTable): FileValues {
  const files: Record<string, string> = {};
  for (const { file, prefix, suffix } of limits) {
    const content = readCgroupFile(prefix + name + suffix);
    if (content !== undefined) files[file] = content;
  }
  return files;
}

function hasPlace(name: string, { parents }: ReadTable): boolean {
  return parents.some((parent) => dirExists(`${parent}/${name}`));
}

function holdsSame(one: FileValues, other: FileValues): boolean {
  let count = 0;
  for (const file in one) {
    if (one[file] !== other[file]) return false;
    count += 1;
  }
  return count === Object.keys(other).length;
}

/** What one cgroup uses now; what no file tells has no key. */
export function readUsage(name: string, { usage }: ReadTable): Usage {
  const found: Usage = {};
  for (const each of usage) {
    const content = readCgroupFile(each.prefix + name + each.suffix);
    if (content !== undefined) Object.assign(found, each.usage.parse(content));
  }
  return found;
}

/** Whether a process is in one cgroup or below it, in the hierarchy of the first limit that it is in at all. */
export function holdsProcess(name: string, pid: number, { parents }: ReadTable): boolean {
  const present = parents.find((parent) => dirExists(`${parent}/${name}`));
  return present !== undefined && pidsOfSubtree(`${present}/${name}`).includes(pid);
}
