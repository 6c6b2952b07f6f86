import type { Chance } from '../sim/chance.ts';
import { sleeper } from '../support/manifest.ts';

/** What one manifest of the soak asks for. */
export interface Group {
  readonly name: string;
  /** Absent: one container that has the name itself. */
  readonly replicas?: number;
  readonly pids: number;
  readonly memoryMi: number;
  readonly cpus: number;
  readonly weight: 50 | 100 | 200;
  readonly label: number;
  /** A variable of its environment: another one needs another process. */
  readonly version: number;
}

/** One file saved or removed: neither is absent both before and after. */
export interface Change {
  readonly kind: ChangeKind;
  readonly before?: Group;
  readonly after?: Group;
}

type ChangeKind = 'resize' | 'restart' | 'label' | 'save again' | 'scale' | 'add' | 'remove';

/** As often as each comes: a resize is what a host sees most. */
const kinds: readonly ChangeKind[] = ['resize', 'resize', 'resize', 'restart', 'label', 'save again', 'scale', 'scale', 'add', 'remove'];

const mostReplicas = 4;

export function namesOf({ name, replicas }: Group): string[] {
  return replicas === undefined ? [name] : Array.from({ length: replicas }, (_, index) => `${name}-${index}`);
}

export function manifestOf({ name, replicas, pids, memoryMi, cpus, weight, label, version }: Group): string {
  const text = sleeper(name, [
    ...(replicas === undefined ? [] : [`  replicas: ${replicas}`]),
    `  resources: {pids: {max: ${pids}}, memory: {max: ${memoryMi}Mi}, cpu: {max: ${cpus}, weight: ${weight}}}`,
    '  restart: {backoff: {initial: 10ms, max: 1s}}',
  ]);
  return text.replace('"100000"]', `"100000"], env: {VERSION: "${version}"}`).replace(`{name: ${name}}`, `{name: ${name}, labels: {soak: "${label}"}}`);
}

/** Some groups that come to at least `count` containers. */
export function firstGroups(count: number, chance: Chance): Group[] {
  const groups: Group[] = [];
  while (countOf(groups) < count) groups.push(freshGroup(groups, count, chance));
  return groups;
}

/** The next change; more and more surely back towards `count` containers the further away they are. */
export function nextChange(groups: readonly Group[], count: number, chance: Chance): Change {
  const kind = chance.pick(kinds);
  if (kind === 'add') return countOf(groups) < 1.2 * count ? { kind, after: freshGroup(groups, count, chance) } : resized(groups, chance);
  const before = chance.pick(groups);
  switch (kind) {
    case 'resize':
      return resized(groups, chance);
    case 'restart':
      return { kind, before, after: { ...before, version: before.version + 1 } };
    case 'label':
      return { kind, before, after: { ...before, label: before.label + 1 } };
    case 'save again':
      return { kind, before, after: before };
    case 'scale':
      return before.replicas === undefined ? resized(groups, chance) : { kind, before, after: { ...before, replicas: 1 + chance.below(mostReplicas) } };
    case 'remove':
      // One group alone may be all of them: a host without any has nothing to change.
      return groups.length > 1 && countOf(groups) > 0.8 * count ? { kind, before } : resized(groups, chance);
  }
}

/** The containers that may have another process after a change, or none. */
export function disturbedBy({ before, after }: Change): string[] {
  const [old, wanted] = [before, after].map((group) => (group === undefined ? [] : namesOf(group))) as [string[], string[]];
  const kept = before?.version === after?.version ? old.filter((name) => wanted.includes(name)) : [];
  return [...new Set([...old, ...wanted])].filter((name) => !kept.includes(name));
}

export function countOf(groups: readonly Group[]): number {
  return groups.reduce((total, { replicas = 1 }) => total + replicas, 0);
}

function resized(groups: readonly Group[], chance: Chance): Change {
  const before = chance.pick(groups);
  return { kind: 'resize', before, after: { ...before, ...limitsBy(chance) } };
}

function freshGroup(groups: readonly Group[], count: number, chance: Chance): Group {
  const taken = new Set(groups.map(({ name }) => name));
  // Names come back: what was removed a moment ago may still be on its way out.
  const free = Array.from({ length: 2 * count }, (_, index) => `c${index}`).filter((name) => !taken.has(name));
  const replicas = chance.happens(0.2) ? { replicas: 1 + chance.below(mostReplicas) } : {};
  return { name: chance.pick(free), ...replicas, ...limitsBy(chance), label: 0, version: 0 };
}

function limitsBy(chance: Chance): Pick<Group, 'pids' | 'memoryMi' | 'cpus' | 'weight'> {
  return { pids: 8 + chance.below(56), memoryMi: 16 + chance.below(48), cpus: chance.pick([0.25, 0.5, 1]), weight: chance.pick([50, 100, 200]) };
}
