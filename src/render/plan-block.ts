import type { FieldChange } from '../plan/types.ts';
import { escapeText } from './escape.ts';
import { alignColumns, besideOrBelow, foldBehind, foldWords, shownWidth } from './layout.ts';
import type { Entry } from './plan-entries.ts';
import type { PlanWords } from './plan-process.ts';
import { reasonText } from './plan-reason.ts';
import { notesOf } from './plan-notes.ts';
import type { Note } from './plan-notes.ts';
import { nameLines, titleOf } from './plan-title.ts';
import { paint } from './style.ts';
import type { Style } from './style.ts';
import { formatDifference } from './value.ts';

/** Where things begin that belong to the container named above them. */
const indent = 6;

/** One entry of a plan: what, why, what becomes of the process, each field with its kernel file, what can hurt. */
export function blockOf(entry: Entry, words: PlanWords, style: Style): string[] {
  return [
    ...headline(entry, words, style),
    ...nameLines(entry, { style, indent }),
    ...fieldLines(entry.fields, style),
    ...(entry.primary ? limitLines(entry, words.limits, style) : []),
    ...notesOf(entry).flatMap((note) => noteLines(note, style)),
  ];
}

function headline(entry: Entry, { process, replicasOf }: PlanWords, style: Style): string[] {
  const { first } = entry;
  const title = `${titleOf(entry, { replicas: replicasOf(first.group), style })}:`;
  const why = [reasonText(entry), process(entry)].filter((text) => text !== '').join('; ');
  const lines = foldBehind(title, escapeText(why).split(' '), { width: style.width, indent });
  const where = isOneManifest(entry) && first.manifest !== undefined ? `${escapeText(first.manifest.file)}:${first.manifest.line}` : '';
  return [...lines.slice(0, -1), ...besideOrBelow(lines.at(-1) ?? '', paint(style, 'dim', where), { width: style.width, indent })];
}

function isOneManifest({ first, changes }: Entry): boolean {
  const { file, line } = first.manifest ?? {};
  return changes.every(({ manifest }) => manifest?.file === file && manifest?.line === line);
}

/** The kernel's own words stand beside the fields where there is room for all of them, else below each. */
function fieldLines(fields: readonly FieldChange[], style: Style): string[] {
  const lines = alignColumns(fields.map((field) => [escapeText(field.path), formatDifference(field)]), indent);
  const widest = Math.max(0, ...lines.map(shownWidth));
  const remarks = fields.map(remarkOf);
  const beside = remarks.every((remark) => widest + 2 + shownWidth(remark) <= style.width);
  return lines.flatMap((line, index) => {
    const remark = paint(style, 'dim', remarks[index] ?? '');
    const own = beside && shownWidth(remark) > 0 ? [line + ' '.repeat(widest + 2 - shownWidth(line)) + remark] : besideOrBelow(line, remark, { width: 0, indent: indent + 2 });
    return [...own, ...fileLines(fields[index], style)];
  });
}

function remarkOf({ kernel, enforced }: FieldChange): string {
  if (kernel === undefined) return enforced ? '' : '(reported only)';
  const before = `${kernel.file} ${rawValue(kernel.before ?? '(none)')}`;
  return enforced ? `${before} -> ${rawValue(kernel.after)}` : `${before} (reported only)`;
}

/** A file of several lines is one for each device. */
function rawValue(text: string): string {
  const lines = text.split('\n').filter((line) => line !== '');
  return lines.length === 0 ? '(empty)' : lines.map(escapeText).join(', ');
}

/** Which files of a root filesystem differ. */
function fileLines(field: FieldChange | undefined, style: Style): string[] {
  if (field?.files === undefined) return [];
  const { count, paths } = field.files;
  const more = count > paths.length ? ['and', String(count - paths.length), 'more'] : [];
  const words = paths.map((path, index) => `${escapeText(path)}${index < paths.length - 1 ? ',' : ''}`);
  return foldWords([...words, ...more], { width: style.width, indent: indent + 2 }).map((line) => paint(style, 'dim', line));
}

/** What a new container's cgroup gets, exactly as the kernel will read it. */
function limitLines({ first }: Entry, limits: PlanWords['limits'], style: Style): string[] {
  if (first.action !== 'create' && first.action !== 'replace') return [];
  const writes = limits(first.name);
  const words = writes.map(({ file, value }, index) => `${file}=${escapeText(value)}${index < writes.length - 1 ? ',' : ''}`);
  return foldWords(words, { width: style.width, indent }).map((line) => paint(style, 'dim', line));
}

function noteLines({ kind, text }: Note, style: Style): string[] {
  return foldWords(escapeText(`${kind}: ${text}`).split(' '), { width: style.width, indent }).map((line) => paint(style, 'red', line));
}
