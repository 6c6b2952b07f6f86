import type { Change, Hazard, Refusal } from '../plan/types.ts';
import { counted } from './layout.ts';
import type { Entry } from './plan-entries.ts';

/** A hazard, a reason why something is not done, or what is not known, as one sentence with its mend. Not escaped. */
export interface Note {
  readonly kind: 'hazard' | 'refused' | 'unknown';
  readonly text: string;
  /** Without cost and mend. */
  readonly short: string;
}

/** What can hurt and what it costs, then why something is refused; a hazard that is the reason of a refusal is told once. */
export function notesOf({ first, changes, primary }: Entry): readonly Note[] {
  if (!primary) return [];
  return [
    ...first.hazards.map((hazard): Note => ({ kind: 'hazard', text: hazardText(hazard, changes), short: shortText(hazard) })),
    ...ownRefusals(first).map((refusal): Note => ({ kind: 'refused', text: refusalText(refusal, changes), short: shortText(refusal) })),
  ];
}

/** The refusals that no hazard tells of already. */
export function ownRefusals({ hazards, refusals }: Pick<Change, 'hazards' | 'refusals'>): readonly Refusal[] {
  return refusals.filter(({ path, message }) => !hazards.some((hazard) => hazard.path === path && hazard.message === message));
}

function hazardText(hazard: Hazard, changes: Entry['changes']): string {
  const { message, cost, hint, allowedBy } = hazard;
  const same = changes.every(({ hazards }) => hazards.some((other) => other.message === message && other.cost === cost));
  const flag = allowedBy === undefined || hint.includes(allowedBy) ? '' : `, or allow it with ${allowedBy}`;
  return `${shortText(hazard)}${same ? '' : ownerOf(changes)}; cost: ${cost}; ${hint}${flag}`;
}

function refusalText(refusal: Refusal, changes: Entry['changes']): string {
  const { message, hint } = refusal;
  const same = changes.every(({ refusals }) => refusals.some((other) => other.message === message));
  return `${shortText(refusal)}${same ? '' : ownerOf(changes)}; ${hint}`;
}

function shortText({ path, message }: Refusal): string {
  return path === '' ? message : `${path}: ${message}`;
}

/** Whose numbers these are, where each container has others. */
function ownerOf(changes: Entry['changes']): string {
  return ` (${changes[0]?.name ?? ''}; ${counted(changes.length - 1, 'other')} alike)`;
}
