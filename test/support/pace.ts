/*
 * How many times slower than a common machine this one is. A guest without hardware virtualization says so: what a
 * test waits for at most, and what it holds the program to, grows with it; what it does many times, it does less often.
 */
const pace = Number(process.env['PACE'] ?? 1);

/** A bound on time, in milliseconds, as this machine can keep it. */
export function within(ms: number): number {
  return ms * pace;
}

/** How many of something a test takes: all on a common machine, `few` on a slow one. */
export function many(all: number, few: number): number {
  return pace > 1 ? few : all;
}
