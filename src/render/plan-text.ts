import type { Plan } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { foldWords } from './layout.ts';
import { blockOf } from './plan-block.ts';
import { capacityLines } from './plan-capacity.ts';
import { compactLine } from './plan-compact.ts';
import type { Entry } from './plan-entries.ts';
import { entriesOf, sections } from './plan-entries.ts';
import type { PlanWords } from './plan-process.ts';
import { planWords } from './plan-process.ts';
import { countsLine, summaryLine } from './plan-summary.ts';
import { hostText, sectionTitles } from './plan-title.ts';
import { paint } from './style.ts';
import type { Style } from './style.ts';

/**
 * A plan for people: what the manifests change, then drift, then what ended; containers that change alike together.
 * The last line is `No changes.` or `Plan: N to add, N to change, N to destroy.`, which tools look for.
 */
export function planText(plan: Plan, style: Style): string {
  const lines = [...hostLines(plan, style), ...entryLines(plan, style), ...capacityText(plan, style), ...closingLines(plan, style)];
  return `${lines.join('\n')}\n`;
}

/** Under what the new processes will run; of no interest where none is made. */
function hostLines({ host, summary }: Plan, style: Style): string[] {
  if (summary.create + summary.restart + summary.replace === 0) return [];
  const line = `${hostText(host)}: ${host.runtimeReason}`;
  return [...foldWords(escapeText(line).split(' '), style).map((text) => paint(style, 'dim', text)), ''];
}

/** The entries alone, each followed by an empty line; titles stand where they tell sections apart. */
export function entryLines(plan: Plan, style: Style): string[] {
  const words = planWords(plan);
  const entries = entriesOf(plan);
  const present = sections.filter((section) => entries.some((entry) => entry.section === section));
  const titled = present.length > 1 || present[0] === 'drift';
  return present.flatMap((section) => [
    ...(titled ? [paint(style, 'bold', sectionTitles[section]), ...(style.compact === true ? [] : [''])] : []),
    ...linesOf(entries.filter((entry) => entry.section === section), words, style),
  ]);
}

function linesOf(entries: readonly Entry[], words: PlanWords, style: Style): string[] {
  if (style.compact === true) return [...entries.map((entry) => compactLine(entry, words, style)), ''];
  return entries.flatMap((entry) => [...blockOf(entry, words, style), '']);
}

function capacityText(plan: Plan, style: Style): string[] {
  const lines = capacityLines(plan);
  if (lines.length === 0) return [];
  const folded = lines.flatMap(({ text, tooMuch }) =>
    foldWords(escapeText(text).split(' '), { width: style.width, indent: 2 }).map((line) => (tooMuch ? paint(style, 'red', line) : line)),
  );
  return [paint(style, 'bold', 'Capacity:'), ...folded, ''];
}

function closingLines(plan: Plan, style: Style): string[] {
  const tone = plan.summary.refused > 0 ? 'red' : 'dim';
  return [paint(style, tone, countsLine(plan)), paint(style, 'bold', summaryLine(plan))];
}
