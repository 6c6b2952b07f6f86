import type { Plan, Step } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { KernelWrite } from '../state/resources.ts';
import { counted } from './layout.ts';
import type { Entry } from './plan-entries.ts';

/** What the steps of a plan tell of its entries. */
export interface PlanWords {
  /** What becomes of the processes: `keeps pid 4242`, `restarts, 3 of 3, one at a time`; empty where there is nothing to say. */
  process(entry: Entry): string;
  /** Containers of one manifest, changed or not. */
  replicasOf(group: string): number;
  /** What is written to the cgroup of one container. */
  limits(name: ContainerName): readonly KernelWrite[];
}

/** Goes through the plan once, however many entries will be asked for. */
export function planWords({ changes, steps }: Pick<Plan, 'changes' | 'steps'>): PlanWords {
  const replicas = new Map<string, number>();
  for (const { group } of changes) replicas.set(group, (replicas.get(group) ?? 0) + 1);
  const replicasOf = (group: string): number => replicas.get(group) ?? 1;
  const inTurn = containersInTurn(steps);
  const limits = new Map<ContainerName, readonly KernelWrite[]>();
  for (const step of steps) if (step.kind === 'write-limits') limits.set(step.container, [...(limits.get(step.container) ?? []), ...step.writes]);
  return {
    process: (entry) => wordsFor(entry, { replicas: replicasOf(entry.first.group), inTurn: inTurn.has(entry.first.name) }),
    replicasOf,
    limits: (name) => limits.get(name) ?? [],
  };
}

/** Those that share their lane with others, and so wait for them. */
function containersInTurn(steps: readonly Step[]): ReadonlySet<ContainerName> {
  const lanes = new Map<string, Set<ContainerName>>();
  for (const step of steps) {
    if (step.kind === 'remove-jail') continue;
    lanes.set(step.lane, (lanes.get(step.lane) ?? new Set()).add(step.container));
  }
  return new Set([...lanes.values()].filter(({ size }) => size > 1).flatMap((lane) => [...lane]));
}

/** How many containers the manifest of an entry has, and whether this one waits for others of them. */
interface Rollout {
  readonly replicas: number;
  readonly inTurn: boolean;
}

function wordsFor(entry: Entry, rollout: Rollout): string {
  const { first: { action, pid, reason }, changes, acts, primary } = entry;
  if (!acts) return '';
  if (!primary) return `in the same ${action}`;
  switch (action) {
    case 'none':
      return '';
    case 'update':
      if (pid === undefined) return '';
      return changes.length === 1 ? `keeps pid ${pid}` : 'each keeps its pid';
    case 'delete':
      if (pid === undefined) return '';
      return changes.length === 1 ? `ends pid ${pid}` : `ends ${counted(changes.length, 'process', 'processes')}`;
    case 'create':
      return reason === 'not-on-host' ? '' : 'is made anew';
    case 'restart':
    case 'replace':
      return renewal(entry, rollout);
    default:
      return action satisfies never;
  }
}

function renewal({ first: { action, pid }, changes }: Entry, { replicas, inTurn }: Rollout): string {
  const share = replicas > 1 ? `, ${changes.length} of ${replicas}` : '';
  const turn = inTurn ? ', one at a time' : '';
  if (pid === undefined) return `${action === 'replace' ? 'is made anew' : 'starts again'}${share}${turn}`;
  return `restarts${share}${turn}${changes.length === 1 ? `; pid ${pid} ends` : ''}`;
}
