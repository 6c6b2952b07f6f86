import type { Change, Plan } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { planText, summaryLine } from './plan-text.ts';
import { plainStyle } from './style.ts';

/** A plan as a comment on a change request: what it comes to first, deletions named, details folded away. */
export function planMarkdown(plan: Plan): string {
  const { host } = plan;
  return [
    `### ${summaryLine(plan)}`,
    '',
    `Host: ${escapeText(host.runtime)}, ${host.cgroupMode} cgroups. Revision \`${escapeText(plan.revision)}\`.`,
    '',
    ...listOf('Deleted or replaced', plan.changes.filter(({ action }) => action === 'delete' || action === 'replace')),
    ...listOf('Refused', plan.changes.filter(({ reason }) => reason === 'refused')),
    ...(plan.changes.some(({ action }) => action !== 'none') ? detailsOf(plan) : []),
  ].join('\n');
}

function listOf(title: string, changes: readonly Change[]): string[] {
  if (changes.length === 0) return [];
  return [`**${title}**: ${changes.map(({ name }) => `\`${name}\``).join(', ')}`, ''];
}

/** The fence is longer than any run of backquotes inside, so that no value can end it. */
function detailsOf(plan: Plan): string[] {
  const text = planText(plan, plainStyle).trimEnd();
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return ['<details><summary>Plan</summary>', '', `${fence}text`, text, fence, '', '</details>', ''];
}
