import type { FieldChange } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { counted } from './layout.ts';
import type { Entry } from './plan-entries.ts';
import { notesOf } from './plan-notes.ts';
import type { PlanWords } from './plan-process.ts';
import { reasonText } from './plan-reason.ts';
import { titleOf } from './plan-title.ts';
import { paint } from './style.ts';
import type { Style } from './style.ts';
import { formatDifference } from './value.ts';

const mostFields = 2;

/** One entry of a plan in one line, however long: its fields, or why where it has none, and what can hurt. */
export function compactLine(entry: Entry, words: PlanWords, style: Style): string {
  const { first } = entry;
  const title = titleOf(entry, { replicas: words.replicasOf(first.group), style });
  const held = first.reason === 'refused' || first.reason === 'waiting';
  const told = [held && entry.fields.length > 0 ? reasonText(entry) : '', fieldsText(entry), first.action === 'update' ? '' : words.process(entry)];
  const notes = notesOf(entry).map(({ kind, short }) => paint(style, 'red', escapeText(`${kind}: ${short}`)));
  return `${title}: ${[...told.filter((text) => text !== ''), ...notes].join('; ')}`;
}

/** The first fields with their values, in people's units, and how many more there are. */
function fieldsText(entry: Entry): string {
  const { fields } = entry;
  if (fields.length === 0) return escapeText(reasonText(entry));
  const reported = fields.some(({ enforced }) => enforced) ? '' : ' (reported only)';
  const more = fields.length > mostFields ? [`${fields.length - mostFields} more`] : [];
  return [...changedFields(fields).slice(0, mostFields), ...more].join(', ') + reported;
}

/** `resources.memory.max 256Mi -> 512Mi`, escaped. */
export function changedFields(fields: readonly FieldChange[]): string[] {
  return fields.map((field) => {
    const files = field.files === undefined ? '' : ` (${counted(field.files.count, 'file')})`;
    return `${escapeText(field.path)} ${formatDifference(field)}${files}`;
  });
}
