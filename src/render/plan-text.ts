import type { Action, Change, FieldChange, Plan, Reason } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { alignColumns, besideOrBelow, counted, foldWords } from './layout.ts';
import { paint } from './style.ts';
import type { Style, Tone } from './style.ts';
import { formatValue } from './value.ts';

const signs: Readonly<Record<Action, readonly [sign: string, tone: Tone]>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  restart: ['!', 'yellow'],
  replace: ['-/+', 'red'],
  delete: ['-', 'red'],
  none: [' ', 'dim'],
};

const reasons: Readonly<Record<Reason, string>> = {
  'not-on-host': 'not on this host',
  'manifest-changed': 'the manifest changed',
  drift: 'changed on the host',
  exited: 'the process ended',
  'killed-for-memory': 'killed for lack of memory',
  'create-interrupted': 'its creation was interrupted',
  'rootfs-changed': 'the files of its root filesystem changed',
  'not-in-manifests': 'not in the manifests',
  'destroy-asked': 'as asked',
  unchanged: 'unchanged',
  waiting: 'waits before the next restart',
  refused: 'refused',
};

/**
 * A plan for people: one block a container, equal replicas together, and a last line that is
 * `No changes.` or `Plan: N to add, N to change, N to destroy.`, which tools look for.
 */
export function planText(plan: Plan, style: Style): string {
  const shown = plan.changes.filter(isShown);
  const blocks = joinEqual(shown).map((changes) => blockOf(changes, plan, style));
  return [...hostLines(plan, style), ...blocks.flatMap((block) => [...block, '']), ...closingLines(plan, style)].join('\n') + '\n';
}

/** Under what the new processes will run; of no interest where none is made. */
function hostLines({ host, summary }: Plan, style: Style): string[] {
  if (summary.create + summary.restart + summary.replace === 0) return [];
  const line = `${host.cgroupMode} cgroups, ${host.runtime}: ${host.runtimeReason}`;
  return [...foldWords(escapeText(line).split(' '), style).map((text) => paint(style, 'dim', text)), ''];
}

/** The line that ends a plan. A replaced container counts as one to destroy and one to add. */
export function summaryLine({ summary }: Pick<Plan, 'summary'>): string {
  const add = summary.create + summary.replace;
  const change = summary.update + summary.restart;
  const destroy = summary.delete + summary.replace;
  if (add + change + destroy === 0) return 'No changes.';
  return `Plan: ${add} to add, ${change} to change, ${destroy} to destroy.`;
}

/** Nothing to do and nothing to say: not shown. */
function isShown(change: Change): boolean {
  return change.reason !== 'unchanged' || change.fields.length > 0;
}

/** Neighbours of one group that differ in nothing but name and pid. */
function joinEqual(changes: readonly Change[]): readonly (readonly Change[])[] {
  const joined: Change[][] = [];
  let lastKey: string | undefined;
  for (const change of changes) {
    const { name: _name, pid: _pid, notBeforeMs: _notBeforeMs, ...rest } = change;
    const key = JSON.stringify(rest);
    if (key === lastKey) joined.at(-1)?.push(change);
    else joined.push([change]);
    lastKey = key;
  }
  return joined;
}

function blockOf(changes: readonly Change[], plan: Plan, style: Style): string[] {
  const [first] = changes;
  if (first === undefined) return [];
  return [
    ...headline(changes, first, style),
    ...fieldLines(first.fields, style),
    ...limitLines(first, plan, style),
    ...first.hazards.flatMap((hazard) => note('hazard', hazard, style)),
    ...(first.hazards.length > 0 ? first.refusals.filter((refusal) => !isHazard(first, refusal)) : first.refusals).flatMap(
      (refusal) => note('refused', refusal, style),
    ),
  ];
}

/** Where things begin that belong to the container named above them. */
const indent = 6;

function headline(changes: readonly Change[], first: Change, style: Style): string[] {
  const [sign, tone] = signs[first.action];
  const last = changes.at(-1) ?? first;
  const names = changes.length === 1 ? first.name : `${first.name} … ${last.name} (${changes.length})`;
  const verb = first.action === 'none' ? '' : `${first.action} `;
  const title = `${paint(style, tone, `${sign.padStart(3)} ${verb}${names}`)}: ${reasonText(first)}`;
  const where = first.manifest === undefined ? '' : `${escapeText(first.manifest.file)}:${first.manifest.line}`;
  return besideOrBelow(title, paint(style, 'dim', where), { width: style.width, indent });
}

function reasonText(change: Change): string {
  if (change.action === 'update' && change.pid !== undefined) return `${reasons[change.reason]}, the process goes on`;
  if (change.reason === 'unchanged') return 'differs, and its manifest says to leave it';
  return reasons[change.reason];
}

function fieldLines(fields: readonly FieldChange[], style: Style): string[] {
  const lines = alignColumns(fields.map((field) => [escapeText(field.path), differenceOf(field)]), indent);
  const remarks = alignColumns(fields.map((field) => [remarkOf(field)]));
  return lines.flatMap((line, index) =>
    besideOrBelow(line, paint(style, 'dim', remarks[index] ?? ''), { width: style.width, indent: indent + 2 }),
  );
}

function differenceOf({ path, before, after }: FieldChange): string {
  // Both sides of a secret look the same.
  if (before !== undefined && before === after) return `${formatValue(path, after)}, changed`;
  return `${formatValue(path, before)} -> ${formatValue(path, after)}`;
}

function remarkOf({ kernel, enforced }: FieldChange): string {
  const raw = kernel === undefined ? [] : [kernel.file, escapeText(kernel.before ?? '(none)'), '->', escapeText(kernel.after)];
  return [...raw, ...(enforced ? [] : ['(reported only)'])].join(' ');
}

/** What a new container's cgroup gets, exactly as the kernel will read it. */
function limitLines(change: Change, plan: Plan, style: Style): string[] {
  if (change.action !== 'create' && change.action !== 'replace') return [];
  const writes = plan.steps.flatMap((step) =>
    step.kind === 'write-limits' && step.container === change.name ? step.writes : [],
  );
  const words = writes.map(({ file, value }, index) => `${file}=${escapeText(value)}${index < writes.length - 1 ? ',' : ''}`);
  return foldWords(words, { width: style.width, indent }).map((line) => paint(style, 'dim', line));
}

interface Remark {
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}

function isHazard(change: Change, refusal: Remark): boolean {
  return change.hazards.some((hazard) => hazard.path === refusal.path && hazard.message === refusal.message);
}

function note(label: string, { path, message, hint }: Remark, style: Style): string[] {
  const text = `${label}: ${path === '' ? '' : `${path}: `}${message}; ${hint}`;
  return foldWords(escapeText(text).split(' '), { width: style.width, indent }).map((line) => paint(style, 'red', line));
}

function closingLines(plan: Plan, style: Style): string[] {
  const { unchanged, refused } = plan.summary;
  const waiting = plan.changes.filter((change) => change.reason === 'waiting').length;
  if (plan.changes.length === 0) return ['No containers, neither in the manifests nor here.', paint(style, 'bold', summaryLine(plan))];
  const remarks = [
    unchanged > 0 ? `${counted(unchanged, 'container')} unchanged` : '',
    waiting > 0 ? `${waiting} waiting` : '',
    refused > 0 ? paint(style, 'red', `${refused} refused`) : '',
  ].filter((text) => text !== '');
  return [...(remarks.length > 0 ? [`${remarks.join(', ')}.`] : []), paint(style, 'bold', summaryLine(plan))];
}
