/** The range of a weight in a manifest and in cgroup2: from, default, to. */
const weights = { min: 1, normal: 100, max: 10_000 };

/** The range of a weight in a file that counts otherwise. */
export interface WeightScale {
  readonly min: number;
  /** What the kernel gives a new cgroup. */
  readonly normal: number;
  readonly max: number;
}

/** BFQ's weight, on cgroup2 and v1: Documentation/block/bfq-iosched.rst. */
export const bfqScale: WeightScale = { min: 1, normal: 100, max: 1000 };

/** blkio.weight of the CFQ scheduler, in kernels before 5.0. */
export const cfqScale: WeightScale = { min: 10, normal: 500, max: 1000 };

/** Bounds of cpu.shares: MIN_SHARES and MAX_SHARES in kernel/sched/sched.h. */
const shares = { min: 2, max: 262_144 };

/**
 * cpu.shares for a cpu.weight: 1024 shares for weight 100, and in proportion.
 *
 * This is the kernel's own arithmetic (sched_weight_from_cgroup in kernel/sched/sched.h): on cgroup2 a weight becomes
 * shares by just this rule, so a manifest divides the CPU alike on both. The formula that runtimes use the other way
 * stretches 2..262144 over 1..10000; it turns the default of 1024 shares into weight 39, and is not used here.
 * One weight is 10.24 shares, so each whole weight has shares of its own and comes back exactly.
 */
export function sharesOfWeight(weight: number): number {
  return Math.min(shares.max, Math.max(shares.min, Math.round((weight * 1024) / weights.normal)));
}

/**
 * cpu.weight for what cpu.shares holds. Shares that no whole weight gives (somebody else wrote them)
 * become a weight with two decimals, never a neighbour: else drift by a few shares would be invisible.
 */
export function weightOfShares(count: number): number {
  return exactOrFraction((count * weights.normal) / 1024, (weight) => sharesOfWeight(weight) === count);
}

/** A file's weight for a manifest's: in proportion below the default and in proportion above it. */
export function scaleWeight(weight: number, scale: WeightScale): number {
  const below = weight <= weights.normal;
  const value = below
    ? project(weight, [weights.min, weights.normal], [scale.min, scale.normal])
    : project(weight, [weights.normal, weights.max], [scale.normal, scale.max]);
  return Math.round(value);
}

/** The manifest's weight for a file's; whole where a whole weight gives it. */
export function unscaleWeight(value: number, scale: WeightScale): number {
  const below = value <= scale.normal;
  const weight = below
    ? project(value, [scale.min, scale.normal], [weights.min, weights.normal])
    : project(value, [scale.normal, scale.max], [weights.normal, weights.max]);
  return exactOrFraction(weight, (whole) => scaleWeight(whole, scale) === value);
}

type Range = readonly [from: number, to: number];

function project(value: number, from: Range, to: Range): number {
  return to[0] + ((value - from[0]) * (to[1] - to[0])) / (from[1] - from[0]);
}

function exactOrFraction(weight: number, isExact: (whole: number) => boolean): number {
  const whole = Math.round(weight);
  return isExact(whole) ? whole : Math.round(weight * 100) / 100;
}
