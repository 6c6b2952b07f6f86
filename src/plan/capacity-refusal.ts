import { formatBytes } from '../manifest/quantity.ts';
import type { HostFacts } from '../state/observed.ts';
import type { Holding } from './capacity-holdings.ts';
import type { Guarantee, Sums } from './capacity-measures.ts';
import { guaranteeOf, guarantees } from './capacity-measures.ts';
import { roundBytes } from './round-bytes.ts';
import type { Refusal } from './types.ts';

export interface RefusalContext {
  readonly host: HostFacts;
  readonly misfits: ReadonlySet<Holding>;
  /** With everything that fits. */
  readonly sums: Readonly<Sums>;
  readonly room: number;
  readonly memoryBytes: number;
}

/** Says why a container does not fit, by how much, and what would make it fit: the same for all replicas of a manifest. */
export function openRefusals(
  holdings: readonly Holding[],
  context: RefusalContext,
): (field: Guarantee, holding: Holding) => Refusal {
  const { host, room, memoryBytes } = context;
  const asked: Sums = { 'memory.min': 0, 'memory.low': 0 };
  for (const { after } of holdings) for (const field of guarantees) asked[field] += guaranteeOf(field, after, host);
  const members = membersOf(holdings);
  const hints = new Map<string, string>();
  const hintOf = (field: Guarantee, group: string): string => {
    const key = `${field} ${group}`;
    const hint = hints.get(key) ?? hintFor(field, { group, members: members.get(group) ?? [] }, context);
    hints.set(key, hint);
    return hint;
  };
  const reserved = memoryBytes - room;
  const have = `this host has ${roundBytes(room)}${reserved === 0 ? '' : ` beside the ${roundBytes(reserved)} reserved`}`;
  return (field, { group, after }) => ({
    path: `resources.${field}`,
    message: [
      `${roundBytes(guaranteeOf(field, after, host))} does not fit: `,
      `${roundBytes(asked[field])} guaranteed in all, ${roundBytes(asked[field] - room)} over; ${have}`,
    ].join(''),
    hint: hintOf(field, group),
  });
}

/** By manifest, those that are to be there. */
function membersOf(holdings: readonly Holding[]): ReadonlyMap<string, readonly Holding[]> {
  const members = new Map<string, Holding[]>();
  for (const holding of holdings) {
    if (holding.after === undefined) continue;
    const others = members.get(holding.group);
    if (others === undefined) members.set(holding.group, [holding]);
    else others.push(holding);
  }
  return members;
}

/** What would make all containers of one manifest fit beside the others. */
function hintFor(
  field: Guarantee,
  { group, members }: { readonly group: string; readonly members: readonly Holding[] },
  { host, misfits, sums, room }: RefusalContext,
): string {
  let own = 0;
  for (const member of members) own += guaranteeOf(field, misfits.has(member) ? member.before : member.after, host);
  const fitting = members.filter((member) => !misfits.has(member)).length;
  const fewer = fitting === 0 ? '' : `, or keep to ${fitting} of ${members.length} replicas`;
  const eachBytes = roundDown((room - (sums[field] - own)) / members.length);
  if (eachBytes <= 0) return `lower ${field} of other containers${fewer}`;
  return `lower spec.resources.${field} of ${group} to ${formatBytes(eachBytes)}${fewer}`;
}

/** To a number that reads well: whole Mi, or whole pages below that. */
function roundDown(bytes: number): number {
  const step = bytes >= 2 ** 20 ? 2 ** 20 : 4096;
  return Math.floor(bytes / step) * step;
}
