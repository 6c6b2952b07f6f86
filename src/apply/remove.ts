import { setTimeout as delay } from 'node:timers/promises';
import { ReconcileError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { readProcess, signalProcess } from '../host/proc/process.ts';
import type { BundleRun } from '../host/runtime/bundle.ts';
import type { Step } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { StepContext } from './steps.ts';

/** How long the kernel may take to end killed processes before the cgroup counts as busy. */
const emptyTimeoutMs = 10_000;

const longestPauseMs = 50;

/**
 * Asks the init process to end, as its own manifest says, and waits for `stop.timeout`. Whatever
 * then still runs is killed by the removal that follows.
 */
export async function stopContainer(name: ContainerName, { host, signal }: StepContext): Promise<void> {
  const bundle = host.bundles.read(name);
  if (bundle === undefined || bundle === 'damaged' || bundle.run === undefined) return;
  const { stop } = bundle.record.spec;
  if (!signalProcess(bundle.run, `SIG${stop.signal}` as NodeJS.Signals)) return;
  const deadlineMs = performance.now() + stop.timeoutMs;
  for (let pauseMs = 1; isAlive(bundle.run) && performance.now() < deadlineMs; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    await delay(pauseMs, undefined, signal === undefined ? {} : { signal });
  }
}

/**
 * Removes all that exists of a container: processes, cgroup, runtime state, monitor, mounts, and the
 * bundle last, so that an interrupted removal is taken up again. Parts that are gone already are fine.
 * The kill is ours and comes before the runtime's delete, which may fail, hang, or claim success and leave everything.
 */
export async function removeContainer(
  { container: name, keepLayer, keepLog }: Extract<Step, { readonly kind: 'remove' }>,
  { host, signal }: StepContext,
): Promise<void> {
  killInit(name, host);
  await host.cgroups.remove(name, { timeoutMs: emptyTimeoutMs, ...(signal === undefined ? {} : { signal }) });
  await deleteFromRuntime(name, host);
  await host.runtime.endMonitor(name);
  await host.rootfs.release(name, host.bundles.mountPoint(name), { keepLayer });
  if (!keepLog) host.bundles.removeLog(name);
  host.bundles.remove(name);
}

/** With no process left, whatever the runtime cannot delete is a folder of its own notes. */
async function deleteFromRuntime(name: ContainerName, { runtime }: Host): Promise<void> {
  try {
    await runtime.delete(name);
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
    runtime.forget(name);
  }
}

/** Its cgroup does not reach a process that somebody moved to another one. */
function killInit(name: ContainerName, { bundles }: Host): void {
  const bundle = bundles.read(name);
  if (bundle === undefined || bundle === 'damaged' || bundle.run === undefined) return;
  signalProcess(bundle.run, 'SIGKILL');
}

function isAlive(run: BundleRun): boolean {
  const process = readProcess(run.pid);
  return process !== undefined && process.startTime === run.startTime && process.state !== 'Z';
}
