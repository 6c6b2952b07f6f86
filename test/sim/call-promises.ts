import { ReconcileError } from '../../src/errors.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import type { BundleRecord } from '../../src/state/observed.ts';
import { limitsOf, unlikeLimits } from './manifests.ts';
import { monitorsOf, monitorWaitMs } from './monitors.ts';
import type { ModelProcess, Parts, World } from './world.ts';
import { lastProcess, partsOf } from './world.ts';

// What a single call must never do, whatever comes after it: each says so to the world.

/** A limit is noted once the kernel has it: else the next pass takes it for what somebody on the host wrote. */
export function requireWritten({ violations }: World, { state, cgroup, record }: Parts, { spec }: BundleRecord): void {
  if (state !== 'running' || cgroup === undefined || record === undefined) return;
  const before = limitsOf(record.spec);
  for (const [file, value] of Object.entries(limitsOf(spec))) {
    if (before[file] !== value && cgroup.files[file] !== value) violations.push(`${file}=${value} was noted, and it is ${cgroup.files[file]}`);
  }
}

/** A program never runs without the limits that its manifest asks for, not even for a moment. */
export function requireLimits(world: World, name: ContainerName): void {
  const { cgroup } = partsOf(world, name);
  const spec = world.wanted.get(name)?.spec;
  const wrong = cgroup === undefined || spec === undefined ? ['nobody asks for it'] : unlikeLimits(cgroup.files, spec);
  world.violations.push(...wrong.map((words) => `${name} was started, and ${words}`));
}

/** The driver never lets the kernel kill; a plan that asks for it although nobody allowed it is wrong. */
export function refuseToKill(world: World, name: string, value: string): never {
  if (!world.mayHurt) world.violations.push(`${name}: memory.max=${value} is below what is in use, and nobody allowed it`);
  throw new ReconcileError('ERR_CGROUP_WRITE', `${name}: memory.max=${value} is below what is in use`, { retryable: true });
}

/**
 * Where a process ends as it was asked to, its monitor is waited for as it is itself: others work meanwhile.
 *
 * @param asked processes that this run asked to end
 */
export function requireNoWait(world: World, name: ContainerName, asked: ReadonlySet<ModelProcess>): void {
  const parts = partsOf(world, name);
  const process = lastProcess(world, parts);
  if (process === undefined || !asked.has(process) || monitorsOf(world, name).length === 0) return;
  const { askedAtMs = 0, endedAtMs = 0 } = process;
  const inTime = endedAtMs - askedAtMs <= (parts.record?.spec.stop.timeoutMs ?? 0) && world.time.nowMs - endedAtMs < monitorWaitMs;
  if (inTime) world.violations.push(`the end of the monitor of ${name} kept others from their work`);
}
