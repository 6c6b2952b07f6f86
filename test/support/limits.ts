import { mode } from './kernel.ts';

/** One limit as a manifest writes it, and what each kind of hierarchy then holds. */
export interface LimitCase {
  readonly field: string;
  readonly before: string;
  readonly after: string;
  /** File and content once `before`, then `after`, is applied. */
  readonly file: string;
  readonly held: readonly [before: string, after: string];
  /** What somebody else writes: not what `after` gives. */
  readonly foreign: string;
}

type Pair<Value> = { readonly v1: Value; readonly v2: Value };

interface Row extends Omit<LimitCase, 'file' | 'held' | 'foreign'> {
  readonly file: Pair<string>;
  readonly held: Pair<readonly [string, string]>;
  readonly foreign: Pair<string>;
}

const megabytes = (count: number): string => String(count * 2 ** 20);

const rows: readonly Row[] = [
  {
    field: 'cpu.max',
    before: '{cpu: {max: 0.5}}',
    after: '{cpu: {max: 1.5}}',
    file: { v1: 'cpu.cfs_quota_us', v2: 'cpu.max' },
    held: { v1: ['50000', '150000'], v2: ['50000 100000', '150000 100000'] },
    foreign: { v1: '70000', v2: '70000 100000' },
  },
  {
    field: 'cpu.weight',
    before: '{cpu: {weight: 100}}',
    after: '{cpu: {weight: 200}}',
    file: { v1: 'cpu.shares', v2: 'cpu.weight' },
    held: { v1: ['1024', '2048'], v2: ['100', '200'] },
    foreign: { v1: '512', v2: '50' },
  },
  {
    field: 'cpuset.cpus',
    before: '{cpuset: {cpus: "0-1"}}',
    after: '{cpuset: {cpus: "1"}}',
    file: { v1: 'cpuset.cpus', v2: 'cpuset.cpus' },
    held: { v1: ['0-1', '1'], v2: ['0-1', '1'] },
    foreign: { v1: '0', v2: '0' },
  },
  {
    field: 'memory.max',
    before: '{memory: {max: 64Mi}}',
    after: '{memory: {max: 96Mi}}',
    file: { v1: 'memory.limit_in_bytes', v2: 'memory.max' },
    held: { v1: [megabytes(64), megabytes(96)], v2: [megabytes(64), megabytes(96)] },
    foreign: { v1: megabytes(80), v2: megabytes(80) },
  },
  {
    field: 'memory.swap.max',
    before: '{memory: {max: 64Mi, swap: {max: 0}}}',
    after: '{memory: {max: 64Mi, swap: {max: 32Mi}}}',
    file: { v1: 'memory.memsw.limit_in_bytes', v2: 'memory.swap.max' },
    held: { v1: [megabytes(64), megabytes(96)], v2: ['0', megabytes(32)] },
    foreign: { v1: megabytes(128), v2: megabytes(64) },
  },
  {
    field: 'pids.max',
    before: '{pids: {max: 32}}',
    after: '{pids: {max: 64}}',
    file: { v1: 'pids.max', v2: 'pids.max' },
    held: { v1: ['32', '64'], v2: ['32', '64'] },
    foreign: { v1: '48', v2: '48' },
  },
];

const unifiedOnly: readonly LimitCase[] = [
  ...(['min', 'low', 'high'] as const).map((level) => ({
    field: `memory.${level}`,
    before: `{memory: {${level}: 32Mi}}`,
    after: `{memory: {${level}: 48Mi}}`,
    file: `memory.${level}`,
    held: [megabytes(32), megabytes(48)] as const,
    foreign: megabytes(40),
  })),
  {
    field: 'memory.oom.group',
    before: '{memory: {oom: {group: false}}}',
    after: '{memory: {oom: {group: true}}}',
    file: 'memory.oom.group',
    held: ['0', '1'],
    foreign: '0',
  },
];

const version = mode === 'unified' ? 'v2' : 'v1';

/** The limits that this host can hold, each with two values. */
export const limitCases: readonly LimitCase[] = [
  ...rows.map((row) => ({ ...row, file: row.file[version], held: row.held[version], foreign: row.foreign[version] })),
  ...(mode === 'unified' ? unifiedOnly : []),
];
