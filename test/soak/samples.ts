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

export interface Growth {
  readonly perHour: number;
  /** How long watches were looked at that were warm: of few minutes it says little. */
  readonly minutes: number;
}

/** A watch that lives for less says nothing. */
const leastLifeSeconds = 60;

/** Until then, or for the first half of a shorter life, what it takes grows as it gets warm: V8 compiles what has run often enough. */
const warmAfterSeconds = 1_800;

/**
 * How much one of the numbers grows in an hour, by least squares over all watches, each around its own middle: what one
 * begins with does not count. Undefined where no watch lived for a minute.
 */
export function growthOf(samples: readonly Sample[], what: 'rssMb' | 'descriptors' | 'threads'): Growth | undefined {
  const lives = [...Map.groupBy(samples, ({ life }) => life).values()].map(warmPart).filter((life) => life.length > 1);
  if (lives.length === 0) return undefined;
  const seconds = lives.reduce((total, life) => total + lengthOf(life), 0);
  return { perHour: slope(lives.flatMap((life) => centred(life, what))), minutes: seconds / 60 };
}

/** What a watch may grow by in an hour. */
const mostPerHour = { rssMb: 2 ** 20 / 1e6, descriptors: 0.5, threads: 0.5 } as const;

/** Of fewer warm minutes growth says too little to fail for. */
const leastWarmMinutes = 60;

/** What grew by more than it may, in words; nothing where watches were warm for less than an hour. */
export function tooMuchGrowth(samples: readonly Sample[]): string[] {
  const kinds = [['rssMb', 'MB of resident memory'], ['descriptors', 'open descriptors'], ['threads', 'threads']] as const;
  return kinds.flatMap(([what, words]) => {
    const growth = growthOf(samples, what);
    const isTooMuch = growth !== undefined && growth.minutes >= leastWarmMinutes && growth.perHour > mostPerHour[what];
    return isTooMuch ? [`the watch grew by ${growth.perHour.toFixed(2)} ${words} an hour, and ${mostPerHour[what].toFixed(2)} is the most`] : [];
  });
}

function warmPart(life: readonly Sample[]): readonly Sample[] {
  const whole = lengthOf(life);
  const from = (life[0]?.seconds ?? 0) + Math.min(warmAfterSeconds, whole / 2);
  return whole < leastLifeSeconds ? [] : life.filter(({ seconds }) => seconds >= from);
}

function lengthOf(life: readonly Sample[]): number {
  return (life.at(-1)?.seconds ?? 0) - (life[0]?.seconds ?? 0);
}

/** Points around the middle of one life, as hours and values. */
function centred(life: readonly Sample[], what: 'rssMb' | 'descriptors' | 'threads'): [number, number][] {
  const [hours, values] = [life.map(({ seconds }) => seconds / 3_600), life.map((sample) => sample[what])];
  const [midHour, midValue] = [hours, values].map((all) => all.reduce((total, each) => total + each, 0) / all.length) as [number, number];
  return hours.map((hour, index) => [hour - midHour, (values[index] ?? NaN) - midValue]);
}
