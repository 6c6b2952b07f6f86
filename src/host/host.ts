import type { CgroupDriver } from './cgroup/driver.ts';
import { openCgroups } from './cgroup/driver.ts';
import type { Paths, Settings } from './paths.ts';
import { pathsOf } from './paths.ts';
import type { Processes } from './proc/processes.ts';
import { processes } from './proc/processes.ts';
import type { RootfsDriver } from './rootfs/rootfs.ts';
import { openRootfs } from './rootfs/rootfs.ts';
import type { BundleStore } from './runtime/bundle.ts';
import { openBundles } from './runtime/bundle.ts';
import { detectRuntime } from './runtime/detect-runtime.ts';
import type { RuntimeDriver } from './runtime/runtime.ts';

/** Everything through which this machine is read and changed. */
export interface Host {
  readonly settings: Settings;
  readonly paths: Paths;
  readonly cgroups: CgroupDriver;
  readonly rootfs: RootfsDriver;
  readonly runtime: RuntimeDriver;
  readonly bundles: BundleStore;
  readonly processes: Processes;
}

/**
 * Looks at the machine and opens what fits it, to look further: no program is started and nothing is written.
 * Throws ERR_HOST_UNSUPPORTED, ERR_RUNTIME_MISSING.
 */
export function openHost(settings: Settings): Promise<Host> {
  return open(settings, false);
}

/** The same for those who will change it: a runtime that was not asked before is asked what it is. */
export function openHostToChange(settings: Settings): Promise<Host> {
  return open(settings, true);
}

async function open(settings: Settings, mayAsk: boolean): Promise<Host> {
  const paths = pathsOf(settings);
  const cgroups = openCgroups({ parent: settings.cgroupParent });
  const runtime = await detectRuntime({ requested: settings.runtime, coversForCrun: cgroups.coversForCrun, paths, mayAsk });
  return { settings, paths, cgroups, runtime, rootfs: openRootfs(paths), bundles: openBundles(paths), processes };
}
