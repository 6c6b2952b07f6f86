import type { Change, FieldChange, Plan, Reason, Refusal } from '../plan/types.ts';
import { compareNames } from './plan-names.ts';
import { ownRefusals } from './plan-notes.ts';

/** Where a plan tells of a change: what the manifests ask, what somebody did on the host, what ended by itself. */
export type Section = 'manifests' | 'drift' | 'ended';

export const sections: readonly Section[] = ['manifests', 'drift', 'ended'];

/** Changes that are told as one: they differ in nothing but names, pids and measured numbers. */
export interface Entry {
  readonly section: Section;
  readonly first: Change;
  /** In the order in which people count. */
  readonly changes: readonly Change[];
  /** The fields that belong to this section. */
  readonly fields: readonly FieldChange[];
  /** False where another section has the reason of the change, and this one only more fields of it. */
  readonly primary: boolean;
  /** False where nothing is done about what this section says: it is refused, waits or is reported only. */
  readonly acts: boolean;
}

/** All that a plan has to say, by section, and by name within one. */
export function entriesOf({ changes }: Pick<Plan, 'changes'>): readonly Entry[] {
  const joined = new Map<string, { readonly part: Part; readonly changes: Change[] }>();
  for (const part of changes.filter(isShown).flatMap(partsOf)) {
    const key = keyOf(part);
    const entry = joined.get(key);
    if (entry === undefined) joined.set(key, { part, changes: [part.change] });
    else entry.changes.push(part.change);
  }
  return [...joined.values()].map(entryOf).sort(compareEntries);
}

/** Nothing to do and nothing to say: not shown. */
function isShown(change: Change): boolean {
  return change.reason !== 'unchanged' || change.fields.length > 0;
}

interface Part {
  readonly section: Section;
  readonly change: Change;
  readonly fields: readonly FieldChange[];
  readonly primary: boolean;
}

function partsOf(change: Change): Part[] {
  const main = sectionOf(change);
  return sections.flatMap((section) => {
    const fields = change.fields.filter(({ origin }) => (origin === 'drift' ? 'drift' : 'manifests') === section);
    const primary = section === main;
    return primary || fields.length > 0 ? [{ section, change, fields, primary }] : [];
  });
}

const sectionByReason: Readonly<Record<Exclude<Reason, 'waiting' | 'refused'>, Section>> = {
  'not-on-host': 'manifests',
  'manifest-changed': 'manifests',
  'not-in-manifests': 'manifests',
  'destroy-asked': 'manifests',
  drift: 'drift',
  'rootfs-changed': 'drift',
  'monitor-lost': 'drift',
  unchanged: 'drift',
  exited: 'ended',
  'killed-for-memory': 'ended',
  'create-interrupted': 'ended',
  'removal-interrupted': 'ended',
};

/** What waits or is refused belongs where it would, if it did not. */
function sectionOf({ reason, exit, fields }: Change): Section {
  if (reason !== 'waiting' && reason !== 'refused') return sectionByReason[reason];
  if (exit !== undefined) return 'ended';
  return fields.length > 0 && fields.every(({ origin }) => origin === 'drift') ? 'drift' : 'manifests';
}

function keyOf({ section, change, fields, primary }: Part): string {
  const { action, reason, exit, pid } = change;
  const single = fields.length === 0 && (action === 'delete' || action === 'none');
  const source = single ? [] : [change.group, change.manifest];
  const remarks = primary ? [...change.hazards.map(({ code, path: at }) => [code, at]), ...ownRefusals(change).map(likeness), change.knownAtApply] : [];
  return JSON.stringify([section, primary, action, reason, source, fields, remarks, exit, pid !== undefined]);
}

/** Without its numbers: what each replica uses at this moment makes no difference. */
function likeness({ path, message, hint }: Refusal): string[] {
  return [path, message.replaceAll(/\d+/g, '0'), hint];
}

function entryOf({ part, changes }: { readonly part: Part; readonly changes: readonly Change[] }): Entry {
  const sorted = [...changes].sort((a, b) => compareNames(a.name, b.name));
  const { section, change, fields, primary } = part;
  const acts = change.action !== 'none' && (primary || fields.some(({ enforced }) => enforced));
  return { section, first: sorted[0] ?? change, changes: sorted, fields, primary, acts };
}

function compareEntries(a: Entry, b: Entry): number {
  const bySection = sections.indexOf(a.section) - sections.indexOf(b.section);
  return bySection === 0 ? compareNames(a.first.name, b.first.name) : bySection;
}
