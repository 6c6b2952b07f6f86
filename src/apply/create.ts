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
  { rootfsId, restarts, sourceTargets }: Extract<Step, { readonly kind: 'prepare' }>,
  { host, overlays }: StepContext,
): Promise<void> {
  const { name, group, manifest, labels, annotations, spec } = container;
  host.cgroups.ensureParent();
  await host.runtime.mark();
  host.bundles.writeRecord(name, { group, manifest, labels, annotations, spec, rootfsId, restarts, ...(sourceTargets === undefined ? {} : { sourceTargets }) });
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

/**
 * Creates the container, its process waiting to be started, and notes which process it is. Throws ERR_ROOTFS where a
 * mount shows something else than what was judged for the plan. A failure leaves no process.
 */
export async function createContainer(container: DesiredContainer, { host, overlays, signal }: StepContext): Promise<void> {
  const { name } = container;
  const overlay = overlays.get(name);
  overlays.delete(name);
  try {
    const { pid } = await host.runtime.create(name, { overlay, signal });
    host.cgroups.adopt(name, pid);
    requireJudgedSources(container, pid, host);
    noteProcess(name, pid, host);
  } catch (error) {
    await removeRemains(name, host);
    throw error;
  }
}

/** Whoever can write to a part of a source's path can swap it for a link between the plan and the runtime's look at it. */
function requireJudgedSources({ name, spec }: DesiredContainer, pid: number, { bundles, processes }: Host): void {
  const binds = spec.mounts.filter((mount) => mount.type === 'bind');
  if (binds.length === 0) return;
  const bundle = bundles.read(name);
  const led = (bundle === undefined || bundle === 'damaged' ? undefined : bundle.record.sourceTargets) ?? {};
  const found = processes.unjudgedMount(pid, binds.map(({ source, target }) => ({ target, place: led[source] ?? source })));
  if (found === undefined) return;
  const { target, place, shows } = found;
  throw new ReconcileError('ERR_ROOTFS', `${name}: mount ${target} shows ${shows}, not ${place}: it was not started`, {
    hint: 'a part of the path was swapped after the plan was made: see who can write there',
    retryable: true,
  });
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
    // Its monitor would go on for a while, or hang, and say how it ended of whatever has the name by then.
    await runtime.endCreation(name);
    await runtime.forget(name);
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
  }
}

/** Lets the created process run its program. */
export function startContainer(name: ContainerName, { host, signal }: StepContext): Promise<void> {
  return host.runtime.start(name, signal);
}
