import { parseArgs } from 'node:util';

export interface Options {
  readonly hours: number;
  /** A 32-bit integer. */
  readonly seed: number;
  /** How many containers there are to be, give or take a fifth. */
  readonly containers: number;
  /** File that takes the plot. */
  readonly out: string;
  /** How many times as often as usual all happens: changes, faults, checks and looks at the watch. */
  readonly pace: number;
}

export const usage = 'npm run test:soak -- [--hours N] [--seed S] [--containers N] [--out FILE.svg] [--pace N]';

/** Throws a TypeError or RangeError that says what is wrong. */
export function parseOptions(args: readonly string[], anySeed: number): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hours: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(anySeed) },
      containers: { type: 'string', default: '50' },
      out: { type: 'string', default: '.cache/soak.svg' },
      pace: { type: 'string', default: '1' },
    },
  });
  return {
    hours: numberOf('--hours', values.hours, { above: 0 }),
    seed: integerOf('--seed', values.seed, { above: -1 }),
    containers: integerOf('--containers', values.containers, { above: 2 }),
    out: values.out,
    pace: numberOf('--pace', values.pace, { above: 0 }),
  };
}

/** The command that does the same again. */
export function commandOf({ hours, seed, containers, pace }: Options): string {
  return `npm run test:soak -- --hours ${hours} --seed ${seed} --containers ${containers}${pace === 1 ? '' : ` --pace ${pace}`}`;
}

function numberOf(flag: string, text: string, { above }: { readonly above: number }): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > above) || !Number.isFinite(value)) throw new RangeError(`${flag} ${text}: a number above ${above} is wanted`);
  return value;
}

function integerOf(flag: string, text: string, bounds: { readonly above: number }): number {
  const value = numberOf(flag, text, bounds);
  if (!Number.isInteger(value)) throw new RangeError(`${flag} ${text}: a whole number is wanted`);
  return value;
}
