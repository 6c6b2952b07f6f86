import type { Host } from '../host/host.ts';
import type { BundleRun } from '../host/runtime/bundle.ts';
import type { Step } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { StepContext } from './steps.ts';

/** How long the kernel may take to end killed processes before the cgroup counts as busy. */
const emptyTimeoutMs = 10_000;

const longestPauseMs = 50;

/**
 * Asks the init process to end, as its own manifest says, and waits for `stop.timeout`. Whatever
 * then still runs is killed by the removal that follows. A program that was never started is not asked.
 */
export async function stopContainer(name: ContainerName, { host, signal }: StepContext): Promise<void> {
  const bundle = host.bundles.read(name);
  if (bundle === undefined || bundle === 'damaged' || bundle.run === undefined) return;
  const { stop } = bundle.record.spec;
  if (host.runtime.isCreated(name)) return;
  // If we are killed on the way, the end that we make is not to be taken for one of the program's own.
  host.bundles.markLeaving(name);
  if (!host.processes.signal(bundle.run, stop.signal)) return;
  // A frozen process hears the signal only now.
  host.cgroups.thaw(name);
  const { nowMs, sleep } = host.processes;
  const deadlineMs = nowMs() + stop.timeoutMs;
  for (let pauseMs = 1; isAlive(bundle.run, host) && nowMs() < deadlineMs; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    await sleep(pauseMs, signal);
  }
  if (!isAlive(bundle.run, host)) await host.runtime.awaitMonitor(name);
}

/**
 * Removes all that exists of a container: processes, cgroup, runtime state, monitor, mounts, and the
 * bundle last, so that an interrupted removal is taken up again. Parts that are gone already are fine.
 * The runtime is not asked: its delete may fail, hang, or claim success and leave everything.
 */
export async function removeContainer(
  { container: name, keepLayer, keepLog }: Extract<Step, { readonly kind: 'remove' }>,
  { host, signal }: StepContext,
): Promise<void> {
  const bundle = host.bundles.read(name);
  const run = bundle === undefined || bundle === 'damaged' ? undefined : bundle.run;
  host.bundles.markLeaving(name);
  // Else what an interrupted run left going makes processes and a cgroup behind our back.
  if (run === undefined || host.runtime.isCreated(name)) await host.runtime.endCreation(name);
  // Its cgroup does not reach a process that somebody moved to another one.
  if (run !== undefined) host.processes.signal(run, 'SIGKILL');
  await host.cgroups.remove(name, { timeoutMs: emptyTimeoutMs, ...(signal === undefined ? {} : { signal }) });
  await host.runtime.forget(name);
  await host.runtime.endMonitor(name);
  await host.rootfs.release(name, host.bundles.mountPoint(name), { keepLayer });
  if (!keepLog) await host.bundles.removeLog(name);
  await host.bundles.remove(name);
}

function isAlive(run: BundleRun, { processes }: Host): boolean {
  const process = processes.read(run.pid);
  return process !== undefined && process.startTime === run.startTime && process.state !== 'Z';
}
