import type { Entry, Gap } from './entry.ts';
import { ratioOf, tallyOf, verdictsOf } from './goals.ts';
import type { Verdict } from './goals.ts';
import { summarize } from './statistics.ts';

/** One run, as bench.json keeps it. */
export interface Report {
  readonly formatVersion: '1';
  /** When the run began, by the wall clock. */
  readonly startedAt: string;
  readonly durationSeconds: number;
  /** The arguments of the run. */
  readonly command: string;
  /** The measures that were asked for; absent: all. */
  readonly only?: readonly string[];
  /** Name and value, in the order of the table: what was measured, machine, kernel, programs. */
  readonly machine: Readonly<Record<string, string>>;
  readonly entries: readonly Entry[];
  readonly gaps: readonly Gap[];
}

/** The run as Markdown: the machine, a row an entry, and what was not measured. */
export function renderReport(report: Report): string {
  return [
    `\`${report.command}\`, ${report.startedAt.slice(0, 10)}, ${Math.round(report.durationSeconds / 60)} minutes: ${tallyText(report)}.`,
    '',
    Object.entries(report.machine).map(([name, value]) => `${name}: ${value}`).join(' · '),
    '',
    '| work | measured: median (least to most, n) | held against: median (least to most, n) | ratio | goal |',
    '|---|--:|--:|--:|---|',
    ...report.entries.map(rowOf),
    ...(report.gaps.length === 0 ? [] : ['', 'Not measured:', '', ...report.gaps.map(({ id, reason }) => `- ${id}: ${cell(reason)}`)]),
    '',
  ].join('\n');
}

/** As JSON with a line for each entry, so that two runs can be compared by eye. */
export function formatReport({ entries, ...head }: Report): string {
  const round = (values: readonly number[]): number[] => values.map((value) => Number(value.toPrecision(5)));
  const lines = entries.map((entry) => {
    const against = entry.against === undefined ? {} : { against: { ...entry.against, values: round(entry.against.values) } };
    const ratio = ratioOf(entry);
    return JSON.stringify({
      ...{ id: entry.id, title: entry.title, unit: entry.unit, summary: summarize(entry.values), ...(ratio === undefined ? {} : { ratio }) },
      ...{ verdicts: verdictsOf(entry), ...(entry.note === undefined ? {} : { note: entry.note }), values: round(entry.values), ...against },
    });
  });
  return `${JSON.stringify({ ...head, goals: tallyOf(entries) }, null, 1).slice(0, -2)},\n "entries": [\n${lines.map((line) => `  ${line}`).join(',\n')}\n ]\n}\n`;
}

function tallyText({ entries, only }: Report): string {
  const { all, met, notMeasured } = tallyOf(entries);
  if (only !== undefined) return `${met} goals met of ${all - notMeasured.length} that were measured, of ${all} in all`;
  const missing = notMeasured.length === 0 ? '' : `, ${notMeasured.length} not measured (${[...new Set(notMeasured)].join(', ')})`;
  return `${met} of ${all} goals met${missing}`;
}

function rowOf(entry: Entry): string {
  const { title, unit, values, against, note } = entry;
  return `| ${[
    `${cell(title)}${note === undefined ? '' : `<br>${cell(note)}`}`,
    series(values, unit),
    against === undefined ? '' : `${cell(against.title)}: ${series(against.values, unit)}`,
    ratioText(entry),
    verdictsOf(entry).map(verdictText).join('<br>'),
  ].join(' | ')} |`;
}

function series(values: readonly number[], unit: string): string {
  const { min, median, p99, max, count } = summarize(values);
  const tail = count >= 100 ? `, p99 ${amount(p99, unit)}` : '';
  const range = count === 1 ? '' : ` (${amount(min)} to ${amount(max)}, ${count})`;
  return `${amount(median, unit)}${range}${tail}`;
}

function ratioText(entry: Entry): string {
  const ratio = ratioOf(entry);
  return ratio === undefined ? '' : `${amount(ratio)}${entry.against?.inPairs === false ? ' of medians' : ''}`;
}

function verdictText({ goal, reached, met }: Verdict): string {
  const { judged, bound, limit, granted } = goal;
  const what = { ratio: 'ratio', gain: 'gain', p50: 'median', p99: 'p99', max: 'most' }[judged];
  const besides = granted === undefined ? '' : ` + ${granted} ms`;
  return `${what} ${bound} ${limit}${besides}: ${met ? 'met' : '**missed**'} (${amount(reached)})`;
}

/** Three digits that count. */
function amount(value: number, unit?: string): string {
  // What least squares leave of nothing at all.
  const digits = Math.abs(value) < 1e-9 ? '0' : Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
  return unit === undefined ? digits : `${digits} ${unit}`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
