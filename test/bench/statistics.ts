/** What is said of a series of measurements. All in the unit of the series. */
export interface Summary {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
  /** Half the distance between the quartiles over the median: how far apart the middle half lies. */
  readonly spread: number;
}

/** @param values at least one, all finite */
export function summarize(values: readonly number[]): Summary {
  const sorted = sortedOf(values);
  const middle = quantileOf(sorted, 0.5);
  return {
    count: sorted.length,
    min: quantileOf(sorted, 0),
    median: middle,
    p99: quantileOf(sorted, 0.99),
    max: quantileOf(sorted, 1),
    spread: middle === 0 ? 0 : (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 2 / middle,
  };
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value that `share` of all values do not exceed, between two neighbours in proportion.
 * @param values at least one, all finite
 * @param share from 0 to 1
 */
export function quantile(values: readonly number[], share: number): number {
  return quantileOf(sortedOf(values), share);
}

/** The first over the second of each pair that was measured one after the other; what has no partner is left out. */
export function pairwiseRatios(values: readonly number[], floors: readonly number[]): number[] {
  return values.slice(0, floors.length).map((value, index) => value / (floors[index] ?? NaN));
}

/** At most `count` of many values, evenly from the sorted ones, with the least and the greatest: their quantiles stay. */
export function thinned(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  const sorted = sortedOf(values);
  return Array.from({ length: count }, (_, index) => sorted[Math.round((index * (sorted.length - 1)) / (count - 1))] ?? NaN);
}

/** How much is added with each step of x, by least squares. 0 for fewer than two different x. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const across = sum(points.map(([x, y]) => (x - meanX) * (y - meanY)));
  const along = sum(points.map(([x]) => (x - meanX) ** 2));
  return along === 0 ? 0 : across / along;
}

function sortedOf(values: readonly number[]): number[] {
  if (values.length === 0 || !values.every(Number.isFinite)) throw new RangeError(`no statistics of ${JSON.stringify(values.slice(0, 5))}`);
  return [...values].sort((one, other) => one - other);
}

function quantileOf(sorted: readonly number[], share: number): number {
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return low + (high - low) * (at - Math.floor(at));
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
