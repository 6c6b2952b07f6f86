import type { Plan } from '../plan/types.ts';
import { counted } from './layout.ts';

/** The line that ends a plan, which tools look for. A replaced container counts as one to destroy and one to add. */
export function summaryLine({ summary }: Pick<Plan, 'summary'>): string {
  const add = summary.create + summary.replace;
  const change = summary.update + summary.restart;
  const destroy = summary.delete + summary.replace;
  if (add + change + destroy === 0) return 'No changes.';
  return `Plan: ${add} to add, ${change} to change, ${destroy} to destroy.`;
}

/** How the changes reach what runs, and what stays as it is: `2 in place, 1 restart, 0 replace; 3 containers unchanged.` */
export function countsLine({ changes, summary }: Plan): string {
  if (changes.length === 0) return 'No containers, neither in the manifests nor here.';
  const { update, restart, replace, refused } = summary;
  const waiting = changes.filter(({ reason }) => reason === 'waiting').length;
  const drifting = changes.filter(({ reason, fields }) => reason === 'unchanged' && fields.length > 0).length;
  const unchanged = summary.unchanged - waiting - drifting;
  const rest = [
    unchanged > 0 ? `${counted(unchanged, 'container')} unchanged` : '',
    drifting > 0 ? `${counted(drifting, 'container')} with reported drift` : '',
    waiting > 0 ? `${waiting} waiting` : '',
    refused > 0 ? `${refused} refused` : '',
  ].filter((text) => text !== '');
  const quiet = summaryLine({ summary }) === 'No changes.';
  const counts = quiet ? [] : [`${update} in place, ${restart} restart, ${replace} replace`];
  return `${[...counts, ...(rest.length > 0 ? [rest.join(', ')] : [])].join('; ')}.`;
}
