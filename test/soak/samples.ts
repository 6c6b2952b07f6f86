import { slope } from '../bench/statistics.ts';
import type { Costs } from '../support/costs.ts';

/** What a look at the watch showed. */
export interface Sample extends Costs {
  /** Since the soak began. */
  readonly seconds: number;
  /** Which watch it was: each one that is started counts. */
  readonly life: number;
  readonly cgroups: number;
}

/** What a watch takes until it is warm does not count as growth. */
const warmSeconds = 60;

/**
 * How much one of the numbers grows in an hour, by least squares over all watches: what one begins with does not count,
 * nor the first minute of each. Undefined where nothing was seen after that.
 */
export function growthPerHour(samples: readonly Sample[], what: 'rssMb' | 'descriptors' | 'threads'): number | undefined {
  const lives = Map.groupBy(samples, ({ life }) => life).values();
  const points = [...lives].flatMap((life) => centred(life, what));
  return points.length < 2 ? undefined : slope(points);
}

/** Points around the middle of one life, as hours and values. */
function centred(life: readonly Sample[], what: 'rssMb' | 'descriptors' | 'threads'): [number, number][] {
  const begin = life[0]?.seconds ?? 0;
  const warm = life.filter(({ seconds }) => seconds - begin >= warmSeconds);
  const [hours, values] = [warm.map(({ seconds }) => seconds / 3_600), warm.map((sample) => sample[what])];
  const [midTime, midValue] = [hours, values].map((all) => all.reduce((total, each) => total + each, 0) / all.length) as [number, number];
  return hours.map((hour, index) => [hour - midTime, (values[index] ?? NaN) - midValue]);
}
