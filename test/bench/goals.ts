import type { Entry } from './entry.ts';
import { median, pairwiseRatios, quantile } from './statistics.ts';

/** A number that an entry is held to. */
export interface Goal {
  /** The entry, by its id. */
  readonly entry: string;
  readonly judged: Judged;
  readonly bound: 'at most' | 'at least';
  readonly limit: number;
  /** Taken off each value before a ratio is made, in the entry's unit: what the goal grants besides the ratio. */
  readonly granted?: number;
}

/** `ratio`: of values to what they are held against. `gain`: the other way round. Else a statistic of the values. */
export type Judged = 'ratio' | 'gain' | 'p50' | 'p99' | 'max';

export interface Verdict {
  readonly goal: Goal;
  readonly reached: number;
  readonly met: boolean;
}

/** The goals of the project, in the order of the table. */
export const goals: readonly Goal[] = [
  ...['readonly', 'writable'].flatMap((kind): Goal[] => [
    { entry: `create.${kind}.floor`, judged: 'ratio', bound: 'at most', limit: 1.15 },
    { entry: `create.${kind}.lxc`, judged: 'ratio', bound: 'at most', limit: 1 },
    { entry: `destroy.${kind}.floor`, judged: 'ratio', bound: 'at most', limit: 1.3 },
  ]),
  { entry: 'create.podman-kube', judged: 'gain', bound: 'at least', limit: 8 },
  { entry: 'create.docker-compose', judged: 'gain', bound: 'at least', limit: 8 },
  { entry: 'resize.all', judged: 'ratio', bound: 'at most', limit: 3 },
  { entry: 'resize.docker-update', judged: 'gain', bound: 'at least', limit: 50 },
  { entry: 'resize.one', judged: 'p50', bound: 'at most', limit: 5 },
  { entry: 'resize.one', judged: 'p99', bound: 'at most', limit: 20 },
  { entry: 'pass', judged: 'ratio', bound: 'at most', limit: 1.5 },
  { entry: 'drift', judged: 'p50', bound: 'at most', limit: 1 },
  { entry: 'drift', judged: 'p99', bound: 'at most', limit: 5 },
  { entry: 'restart', judged: 'ratio', bound: 'at most', limit: 1.5, granted: 10 },
  { entry: 'idle.cpu', judged: 'p50', bound: 'at most', limit: 0.5 },
  { entry: 'idle.rss', judged: 'max', bound: 'at most', limit: 120 },
  { entry: 'idle.growth', judged: 'p50', bound: 'at most', limit: 1 },
  { entry: 'cold-plan', judged: 'p50', bound: 'at most', limit: 1200 },
  { entry: 'cold-plan.linear', judged: 'ratio', bound: 'at most', limit: 1.3 },
  { entry: 'reload.files', judged: 'max', bound: 'at most', limit: 1 },
  { entry: 'start.version', judged: 'ratio', bound: 'at most', limit: 1.5 },
  { entry: 'start.plan', judged: 'ratio', bound: 'at most', limit: 2.5 },
  { entry: 'growth.create', judged: 'ratio', bound: 'at most', limit: 1.3 },
  { entry: 'growth.pass', judged: 'ratio', bound: 'at most', limit: 1.3 },
  { entry: 'growth.memory', judged: 'ratio', bound: 'at most', limit: 1.3 },
  { entry: 'overhead.memory', judged: 'p50', bound: 'at most', limit: 1 },
];

export function goalsOf(entry: Entry): Goal[] {
  return goals.filter((goal) => goal.entry === entry.id);
}

export interface Tally {
  readonly all: number;
  readonly met: number;
  /** The entry of each goal that has none: a peer was missing, a measure failed or was not asked for. */
  readonly notMeasured: readonly string[];
}

/** All goals, whether an entry came home for them or not. */
export function tallyOf(entries: readonly Entry[]): Tally {
  const verdicts = entries.flatMap(verdictsOf);
  const notMeasured = goals.map((goal) => goal.entry).filter((id) => !entries.some((entry) => entry.id === id));
  return { all: goals.length, met: verdicts.filter(({ met }) => met).length, notMeasured };
}

export function verdictsOf(entry: Entry): Verdict[] {
  return goalsOf(entry).map((goal) => judge(goal, entry));
}

/** Holds an entry against a goal of its own. */
export function judge(goal: Goal, entry: Entry): Verdict {
  const reached = reachedBy(entry, goal);
  return { goal, reached, met: goal.bound === 'at most' ? reached <= goal.limit : reached >= goal.limit };
}

/** The median of the ratios of pairs, or the ratio of the medians; undefined for an entry that is held against nothing. */
export function ratioOf({ values, against }: Entry, granted = 0): number | undefined {
  if (against === undefined) return undefined;
  if (!against.inPairs) return (median(values) - granted) / median(against.values);
  return median(pairwiseRatios(values.map((value) => value - granted), against.values));
}

function reachedBy(entry: Entry, { judged, granted }: Goal): number {
  switch (judged) {
    case 'ratio':
      return ratioOf(entry, granted) ?? NaN;
    case 'gain':
      return 1 / (ratioOf(entry, granted) ?? NaN);
    case 'p50':
      return quantile(entry.values, 0.5);
    case 'p99':
      return quantile(entry.values, 0.99);
    case 'max':
      return Math.max(...entry.values);
  }
}
