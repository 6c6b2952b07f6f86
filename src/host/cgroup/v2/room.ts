import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { ReconcileError, errnoOf } from '../../../errors.ts';
import { keyedValue, parseBytes, parseCount } from '../amounts.ts';
import { readCgroupFile, writeCgroupFile, writeIfPresent } from '../cgroup-file.ts';
import type { ComingLimit, Room } from '../mode.ts';

/** How long usage may take to go down: dirty pages have to be written first, and swap is slow. */
const timeoutMs = 10_000;

/** Usage that has not gone down for so long cannot be reclaimed. */
const stallMs = 1_000;

const pauseMs = 50;

/** The kernel reclaims within the write, and the whole process waits for it: a slice should take about this long. */
const sliceMs = 10;
const smallestSlice = 2 ** 20;
const largestSlice = 2 ** 28;

/** How far below the limit usage is brought, so that what the container takes meanwhile does not reach it. */
const largestSlack = 4 * 2 ** 20;

/** Asks the kernel for `bytes`, which leaves `rest` in use. */
type Take = (bytes: number, rest: number) => void;

/**
 * Before memory.max goes below usage: reclaims in slices, then holds usage down by memory.high until the limit is
 * written. The kernel would reclaim too, but within one write, and it kills where that is not enough. Throws
 * ERR_CGROUP_WRITE, retryable, where usage stays above the limit: memory.max and memory.high are then as they were.
 * Before memory.high goes below usage: reclaims in slices what can be had.
 * An interruption leaves at most a low memory.high, which the next pass finds as drift.
 * Between the last look and the write the container may take more, and the kernel then kills all the same: where it did, or
 * where more is in use than the limit allows, that is told.
 * Source: memory.max, memory.high and memory.reclaim (since Linux 5.19) in Documentation/admin-guide/cgroup-v2.rst.
 */
export async function makeRoom(coming: ComingLimit): Promise<Room | undefined> {
  const { dir, write } = coming;
  if (write.file !== 'memory.max' && write.file !== 'memory.high') return undefined;
  const limit = parseBytes(write.value, 1);
  const mayKill = write.file === 'memory.max' && write.before !== undefined && write.direction !== 'increase';
  if (!mayKill) return lowerUsage(coming, limit);
  const killsBefore = killsIn(dir);
  const hold = await lowerUsage(coming, limit);
  return { check: () => { checkOutcome(coming, { limit, killsBefore }); }, release: () => { hold?.release(); } };
}

async function lowerUsage(coming: ComingLimit, limit: number): Promise<Room | undefined> {
  const { dir, write, signal } = coming;
  if (!(usageOf(dir) > limit)) return undefined;
  const goal = write.file === 'memory.high' ? limit : limit - slackOf(limit);
  const take = reclaimer(coming);
  if (take !== undefined) await shrink({ dir, goal, signal }, take);
  if (write.file === 'memory.high') return undefined;
  if (take !== undefined) checkUsage(coming, limit);
  return holdDown(coming, { limit, goal });
}

function slackOf(limit: number): number {
  return Math.min(largestSlack, Math.floor(limit / 16));
}

/** By memory.reclaim, which leaves nothing behind; a kernel without it has memory.high do all. */
function reclaimer({ name, dir }: ComingLimit): Take | undefined {
  const path = `${dir}/memory.reclaim`;
  return isThere(path) ? (bytes) => { ask({ object: name, path, value: String(bytes) }); } : undefined;
}

async function holdDown(coming: ComingLimit, { limit, goal }: { readonly limit: number; readonly goal: number }): Promise<Room> {
  const { name, dir, signal } = coming;
  const path = `${dir}/memory.high`;
  const before = readCgroupFile(path) ?? 'max';
  const release = (): void => { writeIfPresent({ object: name, path, value: before }); };
  if (parseBytes(before, 1) <= goal) return { release: () => undefined };
  try {
    await shrink({ dir, goal, signal }, (_bytes, rest) => { writeCgroupFile({ object: name, path, value: String(rest) }); });
    writeCgroupFile({ object: name, path, value: String(goal) });
    checkUsage(coming, limit);
    return { release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Ends when usage is at the goal, no longer goes down, or takes too long. */
async function shrink(
  { dir, goal, signal }: { readonly dir: string; readonly goal: number; readonly signal: AbortSignal | undefined },
  take: Take,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  let slice = 8 * smallestSlice;
  let lowest = Infinity;
  let fellMs = performance.now();
  for (let usage = usageOf(dir); usage > goal; usage = usageOf(dir)) {
    signal?.throwIfAborted();
    const startedMs = performance.now();
    const fell = usage < lowest;
    if (fell) [lowest, fellMs] = [usage, startedMs];
    if (startedMs - fellMs >= stallMs || startedMs >= deadlineMs) return;
    const bytes = Math.min(slice, usage - goal);
    take(bytes, usage - bytes);
    slice = nextSlice(slice, performance.now() - startedMs);
    await delay(fell ? 0 : pauseMs);
  }
}

function nextSlice(slice: number, tookMs: number): number {
  if (tookMs < sliceMs / 2) return Math.min(2 * slice, largestSlice);
  return tookMs > 2 * sliceMs ? Math.max(slice / 2, smallestSlice) : slice;
}

/** The kernel says EAGAIN where it got less than it was asked for: usage tells how much. */
function ask(write: Parameters<typeof writeIfPresent>[0]): void {
  try {
    writeIfPresent(write);
  } catch (error) {
    if (!(error instanceof ReconcileError) || errnoOf(error.cause) !== 'EAGAIN') throw error;
  }
}

function checkUsage({ name, dir, write }: ComingLimit, limit: number): void {
  const usage = usageOf(dir);
  if (!(usage > limit)) return;
  const message = `${name}: write ${JSON.stringify(write.value)} to ${dir}/${write.file}: usage stays at ${usage} bytes`;
  throw new ReconcileError('ERR_CGROUP_WRITE', `${message}, which the kernel cannot reclaim; it would kill`, {
    hint: 'raise the limit, or stop what uses the memory; the limit is as it was',
    retryable: true,
  });
}

function checkOutcome({ name, dir, write }: ComingLimit, { limit, killsBefore }: { readonly limit: number; readonly killsBefore: number }): void {
  const [usage, kills] = [usageOf(dir), killsIn(dir)];
  const wrote = `${name}: wrote ${JSON.stringify(write.value)} to ${dir}/${write.file}`;
  if (kills > killsBefore) {
    throw new ReconcileError('ERR_CGROUP_WRITE', `${wrote}, and meanwhile the kernel killed for want of memory: oom_kill was ${killsBefore}, is ${kills}; usage is ${usage} bytes`, {
      hint: 'the container took more while its limit went down; raise the limit',
      retryable: true,
    });
  }
  // The kernel itself may take a little more than a limit allows.
  if (!(usage > limit + slackOf(limit))) return;
  throw new ReconcileError('ERR_CGROUP_WRITE', `${wrote}, but usage is ${usage} bytes, which nothing holds down`, {
    hint: 'a process that the kernel may not kill, such as one with oom_score_adj -1000, uses it; stop that',
    retryable: true,
  });
}

/** NaN where the cgroup is gone. */
function killsIn(dir: string): number {
  return keyedValue(readCgroupFile(`${dir}/memory.events`) ?? '', 'oom_kill') ?? NaN;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** NaN where the cgroup is gone. */
function usageOf(dir: string): number {
  return parseCount(readCgroupFile(`${dir}/memory.current`) ?? '');
}
