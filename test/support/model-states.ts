import type { DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import type { ResourceCodec } from '../../src/state/resources.ts';
import { recordOf } from './containers.ts';
import { processOf } from './model-host.ts';

/** The container as it runs right after `desired` was applied. */
export function runningAs(desired: DesiredContainer, codec: ResourceCodec): ObservedContainer {
  const { name, spec } = desired;
  return {
    name,
    status: 'running',
    bundle: recordOf(desired),
    cgroup: { path: `/reconcile/${name}`, files: codec.toFiles(spec.resources), usage: { memoryBytes: 1_000_000 } },
    process: processOf(spec.namespaces),
    layer: !spec.rootfs.readonly,
  };
}

/** The same container with its process ended. */
export function exitedAs(
  desired: DesiredContainer,
  codec: ResourceCodec,
  exit: { readonly code?: number; readonly atMs?: number; readonly ranMs?: number; readonly oomKilled?: boolean } = {},
): ObservedContainer {
  const { process: _process, ...rest } = runningAs(desired, codec);
  return { ...rest, status: 'stopped', exit: { code: 1, atMs: 999_000, ranMs: 5_000, oomKilled: false, ...exit } };
}
