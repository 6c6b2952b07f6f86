import { readProcFile } from './proc-file.ts';

/** The length of a tick in files below /proc. USER_HZ is 100 on every machine that node runs on. */
const tickMs = 10;

/** How long one measurement of the difference between the clocks is good for. */
const remeasureAfterMs = 1000;

/** /proc/uptime counts in hundredths of a second, cut off: smaller differences are not the clock's. */
const uptimeErrorMs = 100;

let bootOffset = { ms: 0, measuredAtMs: Number.NEGATIVE_INFINITY };

/** Milliseconds on the kernel's monotonic clock, which stands still while the machine is suspended. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/** Milliseconds of CPU time that this process took so far. The kernel may take longer to add it up than to show a container. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * Monotonic milliseconds at which a process with this start time began; precise to a tick.
 *
 * The kernel counts start times on the boot clock, which goes on during a suspend. What the boot clock is ahead by
 * now is taken off: a process that lived through a suspend seems to have begun earlier by its length, so the
 * time for which it ran, `monotonicMs() - startedAtMs`, includes the suspend.
 */
export function startedAtMs(startTime: number): number {
  return startTime * tickMs - bootOffsetMs();
}

/** Kept while nothing changes, so that one process gives one answer although /proc/uptime is coarse. */
function bootOffsetMs(): number {
  const nowMs = monotonicMs();
  if (nowMs - bootOffset.measuredAtMs < remeasureAfterMs) return bootOffset.ms;
  const uptimeMs = Number.parseFloat(readProcFile('/proc/uptime') ?? '') * 1000;
  const measuredMs = Number.isFinite(uptimeMs) ? uptimeMs - nowMs : bootOffset.ms;
  const changed = Math.abs(measuredMs - bootOffset.ms) > uptimeErrorMs;
  bootOffset = { ms: changed ? Math.round(measuredMs) : bootOffset.ms, measuredAtMs: nowMs };
  return bootOffset.ms;
}
