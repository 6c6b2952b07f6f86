import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { mode } from './kernel.ts';

/** One container that manifests ask for, as far as a test that knows nothing of the program can tell. */
export interface Wanted {
  readonly name: string;
  /** Its process may have ended: no policy starts it again, or at its own pace. */
  readonly mayEnd: boolean;
  /** Whatever others change of it is put right. */
  readonly isKept: boolean;
  readonly limits: readonly WantedLimit[];
}

export interface WantedLimit {
  readonly file: { readonly v1: string; readonly v2: string };
  /** Whether a value that was read from the file is the one that was asked for. */
  held(value: string): boolean;
}

/** The parts of a manifest that count here. */
interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string };
  readonly spec?: Spec;
}

interface Spec {
  readonly replicas?: number;
  readonly restart?: { readonly policy?: string };
  readonly drift?: unknown;
  readonly process?: { readonly args?: readonly string[] };
  readonly resources?: { readonly memory?: Bounded; readonly pids?: Bounded; readonly cpu?: Bounded & { readonly weight?: number } };
}

interface Bounded {
  readonly max?: number | string;
}

/** What the manifests of a folder ask for; all of them must be whole. */
export function readWanted(folder: string): Wanted[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.ya?ml$/.test(file));
  const documents = files.flatMap((file) => parseAllDocuments(readFileSync(join(folder, file), 'utf8')).map((document) => document.toJS() as Manifest));
  return documents.filter(({ kind }) => kind === 'Container').flatMap(wantedOf);
}

function wantedOf({ metadata: { name = '' } = {}, spec = {} }: Manifest): Wanted[] {
  const names = spec.replicas === undefined ? [name] : Array.from({ length: spec.replicas }, (_, index) => `${name}-${index}`);
  return names.map((each) => ({ name: each, mayEnd: mayEnd(spec), isKept: spec.drift === undefined, limits: limitsOf(spec) }));
}

/** Programs of tests that go on for ever wait for something. */
function mayEnd({ restart, process }: Spec): boolean {
  const words = process?.args?.join(' ') ?? '';
  return (restart?.policy ?? 'always') !== 'always' || !/\b(?:sleep|cat|tail|wait)\b/.test(words) || words.includes('/dev/zero');
}

/** Those that the program is to keep. */
function limitsOf({ drift, resources }: Spec): WantedLimit[] {
  if (drift !== undefined) return [];
  const { memory, pids, cpu } = resources ?? {};
  return [
    ...limitOf('memory.limit_in_bytes', 'memory.max', memory?.max),
    ...limitOf('pids.max', 'pids.max', pids?.max),
    ...(typeof cpu?.max === 'number' ? [quotaOf(cpu.max)] : []),
    ...(cpu?.weight === undefined ? [] : [weightOf(cpu.weight)]),
  ];
}

const periodUs = 100_000;

function quotaOf(cpus: number): WantedLimit {
  return { file: { v1: 'cpu.cfs_quota_us', v2: 'cpu.max' }, held: (value) => value === (mode === 'unified' ? `${cpus * periodUs} ${periodUs}` : `${cpus * periodUs}`) };
}

/** A weight of 100 is 1,024 shares. */
function weightOf(weight: number): WantedLimit {
  return { file: { v1: 'cpu.shares', v2: 'cpu.weight' }, held: (value) => Number(value) === (mode === 'unified' ? weight : Math.round(weight * 10.24)) };
}

const pageBytes = 4096;

function limitOf(v1: string, v2: string, wanted: number | string | undefined): WantedLimit[] {
  if (wanted === undefined || wanted === 'max') return [];
  const amount = amountOf(String(wanted));
  return [{ file: { v1, v2 }, held: (value) => Number(value) === amount || (amount > pageBytes && Number(value) === amount - (amount % pageBytes)) }];
}

function amountOf(text: string): number {
  const [, number = '', unit = ''] = /^([\d.]+)([KMG]i)?$/.exec(text) ?? [];
  return Number(number) * 1024 ** ['', 'Ki', 'Mi', 'Gi'].indexOf(unit);
}
