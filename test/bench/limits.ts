/** One limit in two states: as the manifest writes it, and what the kernel's files then hold. */
interface LimitFile {
  readonly controller: string;
  readonly file: string;
  readonly held: readonly [wide: string, narrow: string];
  /** What somebody else writes: neither of the two. */
  readonly foreign: string;
}

const mebi = (count: number): string => String(count * 2 ** 20);

/** `resources:` of a manifest in either state: every limit that all kinds of hierarchies have. */
export const resources = [
  '{cpu: {max: 1.5, weight: 200}, memory: {max: 96Mi, swap: {max: 32Mi}}, pids: {max: 64}}',
  '{cpu: {max: 0.5, weight: 100}, memory: {max: 64Mi, swap: {max: 0}}, pids: {max: 32}}',
] as const;

/** The state that a manifest asks for, by its parsed `resources:`. */
export function stateOf({ pids }: { readonly pids?: { readonly max?: number } }): State {
  return pids?.max === 64 ? 0 : 1;
}

const v1Files: readonly LimitFile[] = [
  { controller: 'cpu', file: 'cpu.cfs_quota_us', held: ['150000', '50000'], foreign: '70000' },
  { controller: 'cpu', file: 'cpu.shares', held: ['2048', '1024'], foreign: '512' },
  { controller: 'memory', file: 'memory.limit_in_bytes', held: [mebi(96), mebi(64)], foreign: mebi(60) },
  { controller: 'memory', file: 'memory.memsw.limit_in_bytes', held: [mebi(128), mebi(64)], foreign: mebi(160) },
  { controller: 'pids', file: 'pids.max', held: ['64', '32'], foreign: '48' },
];

const v2Files: readonly LimitFile[] = [
  { controller: '', file: 'cpu.max', held: ['150000 100000', '50000 100000'], foreign: '70000 100000' },
  { controller: '', file: 'cpu.weight', held: ['200', '100'], foreign: '50' },
  { controller: '', file: 'memory.max', held: [mebi(96), mebi(64)], foreign: mebi(60) },
  { controller: '', file: 'memory.swap.max', held: [mebi(32), '0'], foreign: mebi(16) },
  { controller: '', file: 'pids.max', held: ['64', '32'], foreign: '48' },
];

/** The state of `resources` that a cgroup is in: the first is wide, the second narrow. */
export type State = 0 | 1;

export interface HeldValue {
  readonly path: string;
  readonly value: string;
  readonly foreign: string;
}

/** What each limit file of a cgroup holds in a state, in an order in which the kernel takes the writes: v1 wants memory <= memsw. */
export function heldValues(cgroup: string, state: State, unified: boolean): HeldValue[] {
  const files = unified ? v2Files : v1Files;
  const ordered = state === 0 ? files.toReversed() : files;
  return ordered.map(({ controller, file, held, foreign }) => ({
    path: ['/sys/fs/cgroup', controller, cgroup, file].filter((part) => part !== '').join('/'),
    value: held[state],
    foreign,
  }));
}
