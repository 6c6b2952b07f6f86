import type { Bench } from './bench-context.ts';
import { existsSync } from 'node:fs';

let view: Promise<readonly string[]> | undefined;

/** What has to go before a command for crun to work on this host: nothing but on hybrid hosts, which it refuses. */
export function openLegacyView(bench: Bench): Promise<readonly string[]> {
  view ??= existsSync('/sys/fs/cgroup/unified/cgroup.controllers') ? hideUnified(bench) : Promise.resolve([]);
  return view;
}

/** A mount namespace that shows another hierarchy in place of the unified one, held by a process until the end of the run. */
async function hideUnified(bench: Bench): Promise<readonly string[]> {
  const script = 'mount --bind /sys/fs/cgroup/pids /sys/fs/cgroup/unified && echo ready && exec cat';
  const holder = bench.children.start(['unshare', '--mount', '--propagation', 'private', 'sh', '-c', script]);
  await holder.until(/ready/);
  bench.defer(() => holder.stop('SIGKILL'));
  return ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'];
}
