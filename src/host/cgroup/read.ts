import type { ObservedCgroup, Usage } from '../../state/observed.ts';
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

/** Reads one cgroup; undefined where no hierarchy has a directory of that name. */
export function readCgroup(name: string, path: string, table: ReadTable): ObservedCgroup | undefined {
  const present = table.parents.find((parent) => dirExists(`${parent}/${name}`));
  if (present === undefined) return undefined;
  const pids = pidsOfSubtree(`${present}/${name}`);
  return { path, files: readLimits(name, table), usage: readUsage(name, table), pids };
}

function readLimits(name: string, { limits }: ReadTable): Record<string, string> {
  const files: Record<string, string> = {};
  for (const { file, prefix, suffix } of limits) {
    const content = readCgroupFile(prefix + name + suffix);
    if (content !== undefined) files[file] = content;
  }
  return files;
}

function readUsage(name: string, { usage }: ReadTable): Usage {
  const found: Usage = {};
  for (const each of usage) {
    const content = readCgroupFile(each.prefix + name + each.suffix);
    if (content !== undefined) Object.assign(found, each.usage.parse(content));
  }
  return found;
}
