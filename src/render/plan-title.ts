import type { Action, PlannedHost } from '../plan/types.ts';
import { foldWords } from './layout.ts';
import type { Entry, Section } from './plan-entries.ts';
import { rangesOf } from './plan-names.ts';
import { paint } from './style.ts';
import type { Style, Tone } from './style.ts';

export const signs: Readonly<Record<Action, readonly [sign: string, tone: Tone]>> = {
  create: ['+', 'green'],
  update: ['~', 'yellow'],
  restart: ['!', 'yellow'],
  replace: ['-/+', 'red'],
  delete: ['-', 'red'],
  none: ['', 'dim'],
};

/** `unified cgroups, crun 1.8.1` */
export function hostText({ cgroupMode, runtime }: PlannedHost): string {
  return cgroupMode === 'none' ? 'no host' : `${cgroupMode} cgroups, ${runtime}`;
}

export const sectionTitles: Readonly<Record<Section, string>> = {
  manifests: 'Manifests:',
  drift: 'Drift (changed on this host, not by the manifests):',
  ended: 'Ended or interrupted:',
};

/** More rows of names than these do not stand in the title but below it, or nowhere where each change has one line. */
const mostInTitle = { long: 3, compact: 12 } as const;

/** `  ~ update web-0 … web-2 (3)`; what is left as it is has neither sign nor verb. */
export function titleOf(entry: Entry, { replicas, style }: { readonly replicas: number; readonly style: Style }): string {
  const { first, acts } = entry;
  const action = acts ? first.action : 'none';
  const [sign, tone] = signs[action];
  const verb = acts ? `${action} ` : '';
  return paint(style, first.reason === 'refused' ? 'red' : tone, `${sign.padStart(3)} ${verb}${subjectOf(entry, replicas, style)}`);
}

/** What an entry is about: its names where they are few, else the manifest and how many of its replicas. */
function subjectOf({ first, changes }: Entry, replicas: number, style: Style): string {
  const ranges = rangesOf(changes.map(({ name }) => name));
  if (changes.length === 1) return first.name;
  if (fitsTitle(ranges, style)) return `${ranges.join(', ')} (${changes.length})`;
  return isOneGroup(changes) ? `${first.group} (${changes.length} of ${replicas})` : `${changes.length} containers`;
}

/** The names that the title had no room for. */
export function nameLines({ changes }: Entry, { style, indent }: { readonly style: Style; readonly indent: number }): string[] {
  const ranges = rangesOf(changes.map(({ name }) => name));
  if (fitsTitle(ranges, style)) return [];
  const words = ranges.map((range, index) => (index < ranges.length - 1 ? `${range},` : range));
  return foldWords(words, { width: style.width, indent });
}

function fitsTitle(ranges: readonly string[], { compact }: Style): boolean {
  return ranges.length <= (compact === true ? mostInTitle.compact : mostInTitle.long);
}

function isOneGroup(changes: Entry['changes']): boolean {
  return changes.every(({ group }) => group === changes[0]?.group);
}
