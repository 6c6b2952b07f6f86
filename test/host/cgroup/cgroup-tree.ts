import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { inspectCgroups, openCgroups } from '../../../src/host/cgroup/driver.ts';
import type { CgroupDriver, Inspection } from '../../../src/host/cgroup/driver.ts';

/** A plain folder that stands for the machine's root. */
export interface CgroupTree {
  readonly root: string;
  /** Path of a file or folder, from one below /sys/fs/cgroup. */
  at(path: string): string;
  open(parent?: string): CgroupDriver;
  inspect(parent?: string): Inspection;
}

export interface TreeOptions {
  readonly mountinfo: string;
  /** Hierarchies as folders below /sys/fs/cgroup; '' is /sys/fs/cgroup itself. */
  readonly hierarchies: readonly string[];
  /** Contents by path below /sys/fs/cgroup, as the kernel shows them. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Lays out a tree, removed when the test ends. */
export function makeTree({ mountinfo, hierarchies, files = {} }: TreeOptions): CgroupTree {
  const root = mkdtempSync(join(tmpdir(), 'cgroup-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = (path: string): string => join(root, 'sys/fs/cgroup', path);
  for (const hierarchy of hierarchies) mkdirSync(at(hierarchy), { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  }
  const options = (parent = 'reconcile') => ({ parent, mountinfo, root, isCgroup: () => true });
  return { root, at, open: (parent) => openCgroups(options(parent)), inspect: (parent) => inspectCgroups(options(parent)) };
}

/** The same files below a folder. */
export function below(folder: string, files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([file, content]) => [`${folder}/${file}`, content]));
}
