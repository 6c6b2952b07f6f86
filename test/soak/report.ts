import { drawChart } from './chart.ts';
import { commandOf } from './options.ts';
import type { Options } from './options.ts';
import type { Outcome } from './run.ts';
import { growthOf, tooMuchGrowth } from './samples.ts';
import type { Sample } from './samples.ts';

/** The end of a soak in words, the command that repeats it included. */
export function tellOutcome(outcome: Outcome, options: Options): string {
  const { samples, failures } = outcome;
  const least = samples.reduce((low, { descriptors }) => Math.min(low, descriptors), Infinity);
  const most = samples.reduce((high, { descriptors }) => Math.max(high, descriptors), 0);
  return [
    `${countsOf(outcome)}.`,
    `Resident memory of the watch grew by ${growthText(samples)}; it had ${least} to ${most} descriptors. Plotted into ${options.out}.`,
    ...tooMuchGrowth(samples).map((words) => `Failed: ${words}.`),
    ...failures.map(({ seconds, what, story }) => `\nafter ${seconds.toFixed(0)} s:\n  ${what.join('\n  ')}\nwhat came before it:\n  ${story.join('\n  ')}`),
    `${failures.length === 0 ? 'The same again' : '\nTo repeat it'}: ${commandOf(options)}`,
  ].join('\n');
}

/** The SVG of a soak. */
export function drawOutcome(outcome: Outcome, options: Options): string {
  const { samples, monitors, restarts, failures, seconds } = outcome;
  const series = (pick: (sample: Sample) => number): [number, number][] => samples.map((sample) => [sample.seconds, pick(sample)]);
  return drawChart({
    title: `reconcile watch: ${options.containers} containers, ${seconds < 7_200 ? `${(seconds / 60).toFixed(1)} minutes` : `${(seconds / 3_600).toFixed(1)} hours`}`,
    notes: [
      `${countsOf(outcome)}. Memory grew by ${growthText(samples)}.`,
      `Dashed: a watch was ended or killed and started again. Red: a check failed. Seed ${options.seed}.`,
    ],
    panels: [
      { title: 'resident memory of the watch, MB', points: series(({ rssMb }) => rssMb), least: 0 },
      { title: 'open descriptors of the watch', points: series(({ descriptors }) => descriptors), least: 0 },
      { title: 'threads of the watch', points: series(({ threads }) => threads), least: 0 },
      { title: 'cgroups below the parent', points: series(({ cgroups }) => cgroups), least: 0 },
      { title: 'memory of all monitors (proportional share), MB', points: monitors, least: 0 },
    ],
    marks: [...restarts.map((at) => ({ seconds: at, kind: 'restart' as const })), ...failures.map((failure) => ({ seconds: failure.seconds, kind: 'failure' as const }))],
    seconds,
  });
}

function countsOf({ changes, faults, checks, failures, seconds }: Outcome): string {
  return `${changes} changes, ${faults} faults, ${checks} checks in ${seconds.toFixed(0)} s, ${failures.length} failed`;
}

function growthText(samples: readonly Sample[]): string {
  const growth = growthOf(samples, 'rssMb');
  if (growth === undefined) return 'an unknown amount, as no watch lived for a minute';
  return `${growth.perHour.toFixed(2)} MB an hour, by ${growth.minutes.toFixed(1)} minutes of warm watches`;
}
