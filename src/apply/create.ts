import type { Host } from '../host/host.ts';
import { ociSpec } from '../host/runtime/oci-spec.ts';
import { ReconcileError } from '../errors.ts';
import type { Step } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { DesiredContainer } from '../state/desired.ts';
import { mountTargetsOf } from './mount-targets.ts';
import type { StepContext } from './steps.ts';

const remainsTimeoutMs = 2000;

/**
 * Makes the bundle and the root filesystem. The record comes first: whatever an interruption leaves
 * is then known to be ours.
 */
export async function prepareContainer(
  container: DesiredContainer,
  { rootfsId, restarts }: Extract<Step, { readonly kind: 'prepare' }>,
  { host, overlays }: StepContext,
): Promise<void> {
  const { name, group, manifest, labels, annotations, spec } = container;
  host.cgroups.ensureParent();
  await host.runtime.mark();
  host.bundles.writeRecord(name, { group, manifest, labels, annotations, spec, rootfsId, restarts });
  const mountTargets = mountTargetsOf(spec);
  const root = await host.rootfs.prepare({
    name,
    rootfs: spec.rootfs,
    id: rootfsId,
    mountTargets,
    mountPoint: host.bundles.mountPoint(name),
  });
  if (root.overlay !== undefined) overlays.set(name, root.overlay);
  const cgroupPath = host.cgroups.path(name);
  const { seccomp, seccompBpf } = host.runtime;
  const files = new Set(mountTargets.filter(({ kind }) => kind === 'file').map(({ path }) => path));
  host.bundles.writeConfig(name, ociSpec({ spec, cgroupPath, rootPath: root.rootPath, rootReadonly: root.readonly, files, seccomp, seccompBpf }));
}

/** Creates the container, its process waiting to be started, and notes which process it is. A failure leaves no process. */
export async function createContainer(name: ContainerName, { host, overlays, signal }: StepContext): Promise<void> {
  const overlay = overlays.get(name);
  overlays.delete(name);
  try {
    const { pid } = await host.runtime.create(name, { overlay, signal });
    host.cgroups.adopt(name, pid);
    noteProcess(name, pid, host);
  } catch (error) {
    await removeRemains(name, host);
    throw error;
  }
}

function noteProcess(name: ContainerName, pid: number, { bundles, processes }: Host): void {
  const process = processes.read(pid);
  if (process === undefined) {
    throw new ReconcileError('ERR_RUNTIME_FAILED', `${name}: process ${pid} ended before it was started`, { retryable: true });
  }
  bundles.writeRun(name, {
    pid,
    startTime: process.startTime,
    startedAtMs: processes.startedAtMs(process.startTime),
    mounts: processes.mountPoints(pid) ?? [],
  });
}

/** The runtime may have been done before what failed. The first failure is the one to tell: the next pass removes the rest. */
async function removeRemains(name: ContainerName, { cgroups, runtime }: Host): Promise<void> {
  try {
    await cgroups.remove(name, { timeoutMs: remainsTimeoutMs });
    await runtime.forget(name);
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
  }
}

/** Lets the created process run its program. */
export function startContainer(name: ContainerName, { host, signal }: StepContext): Promise<void> {
  return host.runtime.start(name, signal);
}
