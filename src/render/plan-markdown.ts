import type { Plan } from '../plan/types.ts';
import { counted } from './layout.ts';
import { markdownCode, markdownFence, markdownText } from './markdown.ts';
import { blockOf } from './plan-block.ts';
import { capacityLines } from './plan-capacity.ts';
import { changedFields } from './plan-compact.ts';
import type { Entry, Section } from './plan-entries.ts';
import { entriesOf, sections } from './plan-entries.ts';
import { rangesOf } from './plan-names.ts';
import { notesOf } from './plan-notes.ts';
import type { PlanWords } from './plan-process.ts';
import { planWords } from './plan-process.ts';
import { reasonText } from './plan-reason.ts';
import { countsLine, summaryLine } from './plan-summary.ts';
import { hostText, sectionTitles, signs } from './plan-title.ts';
import { plainStyle } from './style.ts';

/** Characters that the large code hosts take as one comment. */
export const markdownLimit = 65_536;

/**
 * A plan as a comment on a change request: what it comes to, what can hurt, a table for each section, and the text of
 * every change folded away. Never longer than `markdownLimit`: whole entries are left out at the end of each part,
 * and a line says how many.
 */
export function planMarkdown(plan: Plan): string {
  const entries = entriesOf(plan);
  const words = planWords(plan);
  const parts = [headOf(plan)];
  const left = (): number => markdownLimit - reserve - parts.flat().reduce((sum, line) => sum + line.length + 1, 0);
  parts.push(hazardLines(entries, left() / 3));
  parts.push(capacityList(plan));
  const present = sections.filter((section) => entries.some((entry) => entry.section === section));
  for (const [index, section] of present.entries()) {
    const own = entries.filter((entry) => entry.section === section);
    const share = left() / 2 / (present.length - index);
    parts.push(tableOf(own, { words, title: present.length > 1 || section === 'drift' ? section : undefined, share }));
  }
  parts.push(detailsOf(entries, words, left()));
  return `${parts.flat().join('\n').trimEnd()}\n`;
}

/** Characters kept for the lines that say what was left out. */
const reserve = 2_000;

function headOf(plan: Plan): string[] {
  const { host } = plan;
  return [
    `### ${summaryLine(plan)}${plan.summary.refused > 0 ? ` ${plan.summary.refused} refused.` : ''}`,
    '',
    countsLine(plan),
    '',
    `Host: ${markdownText(hostText(host))}. Revision ${markdownCode(plan.revision)}.`,
    '',
  ];
}

interface Cut {
  readonly kept: readonly string[];
  /** How many did not fit. */
  readonly left: number;
}

/** The first texts that fit into so many characters together. */
function fit(texts: readonly string[], characters: number): Cut {
  let room = characters;
  const end = texts.findIndex((text) => (room -= text.length + 1) < 0);
  return end < 0 ? { kept: texts, left: 0 } : { kept: texts.slice(0, end), left: texts.length - end };
}

function leftOut(left: number, noun: string, plural?: string): string[] {
  return left === 0 ? [] : ['', `… and ${counted(left, noun, plural)} left out: too long for one comment. \`reconcile plan\` shows all.`];
}

function hazardLines(entries: readonly Entry[], share: number): string[] {
  const hazards = entries.flatMap((entry) =>
    notesOf(entry).map(({ kind, text }) => `- **${kind}** ${namesOf(entry)}: ${markdownText(text)}`),
  );
  const losses = entries.filter(({ first, primary }) => primary && (first.action === 'delete' || first.action === 'replace'));
  const lost = losses.map((entry) => `- **${entry.first.action}** ${namesOf(entry)}`);
  const { kept, left } = fit([...hazards, ...lost], share);
  if (kept.length + left === 0) return [];
  return ['**What can hurt**', '', ...kept, ...leftOut(left, 'line'), ''];
}

function capacityList(plan: Plan): string[] {
  const lines = capacityLines(plan);
  if (lines.length === 0) return [];
  return ['**Capacity**', '', ...lines.map(({ text, tooMuch }) => `- ${tooMuch ? '**too much** ' : ''}${markdownText(text)}`), ''];
}

interface TableOptions {
  readonly words: PlanWords;
  readonly title: Section | undefined;
  readonly share: number;
}

function tableOf(entries: readonly Entry[], { words, title, share }: TableOptions): string[] {
  const { kept, left } = fit(entries.map((entry) => rowOf(entry, words)), share);
  return [
    ...(title === undefined ? [] : [`**${sectionTitles[title].replace(/:$/, '')}**`, '']),
    '| change | containers | what | why | process |',
    '|---|---|---|---|---|',
    ...kept,
    ...leftOut(left, 'entry', 'entries'),
    '',
  ];
}

function rowOf(entry: Entry, words: PlanWords): string {
  const cells = [changeCell(entry), namesOf(entry), whatCell(entry, words), markdownText(reasonText(entry)), markdownText(words.process(entry))];
  return `| ${cells.join(' | ')} |`;
}

function changeCell({ first, acts }: Entry): string {
  if (acts && first.action !== 'none') return `\`${signs[first.action][0]} ${first.action}\``;
  if (first.reason === 'refused') return '**refused**';
  return first.reason === 'waiting' ? 'waits' : 'reported only';
}

const mostNames = 5;

function namesOf({ changes }: Entry): string {
  const ranges = rangesOf(changes.map(({ name }) => name));
  const shown = ranges.slice(0, mostNames).map((range) => `\`${range}\``);
  const more = ranges.length > mostNames ? ', …' : '';
  return `${shown.join(', ')}${more}${changes.length > 1 ? ` (${changes.length})` : ''}`;
}

const mostValues = 4;

/** Fields with their values; of a new container what its cgroup gets. */
function whatCell(entry: Entry, { limits }: PlanWords): string {
  const isNew = entry.first.action === 'create' && entry.fields.length === 0;
  const values = isNew ? limits(entry.first.name).map(({ file, value }) => `${file}=${value}`) : changedFields(entry.fields);
  const more = values.length > mostValues ? [`${values.length - mostValues} more`] : [];
  return [...values.slice(0, mostValues).map(markdownCode), ...more].join('<br>');
}

/** Every entry as in the text, with the kernel's files and raw values. */
function detailsOf(entries: readonly Entry[], words: PlanWords, share: number): string[] {
  if (entries.length === 0) return [];
  const blocks = entries.map((entry) => [...blockOf(entry, words, plainStyle), ''].join('\n'));
  const { kept, left } = fit(blocks, share);
  const lines = kept.flatMap((block) => block.split('\n')).slice(0, -1);
  const fenced = kept.length === 0 ? [] : markdownFence(lines);
  return ['<details><summary>Each change, with kernel files and raw values</summary>', '', ...fenced, ...leftOut(left, 'entry', 'entries'), '', '</details>', ''];
}
