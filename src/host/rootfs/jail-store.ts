import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { errnoOf, isOfDisk, ReconcileError } from '../../errors.ts';
import { hintOf } from '../../system-hint.ts';
import type { run } from '../exec.ts';
import { isThere, listDir, makePrivateDir, readTextIfExists, writeFileAtomic } from '../file.ts';
import type { Paths } from '../paths.ts';
import { removeTree } from '../remove-tree.ts';
import { printOf } from './host-view.ts';
import { writeJail } from './jail-build.ts';
import type { JailClosure } from './jail-closure.ts';
import type { JailFile } from './jail-entry.ts';
import type { Temporaries } from './temporaries.ts';

const syncTimeoutMs = 120_000;

/** True for what `jailId` gives. */
export function isJailId(id: string): boolean {
  return /^[0-9a-f]{64}$/.test(id);
}

/** Ids of the jails on disk, sorted; also of those of which only the list of sources is left. */
export function listJails({ jails }: Paths): string[] {
  const ids = listDir(jails).map((name) => name.replace(/\.json$/, ''));
  return [...new Set(ids.filter(isJailId))];
}

/** What jails are made with. */
export interface JailTools {
  readonly paths: Paths;
  readonly exec: { readonly run: typeof run };
  readonly temporaries: Temporaries;
}

/**
 * Makes the jail of this closure where it is not there yet. It appears whole or not at all, and is on the disk
 * before it appears. Throws ERR_ROOTFS, retryable where a host file changed meanwhile.
 */
export async function buildJail(closure: JailClosure, { paths, exec, temporaries }: JailTools): Promise<void> {
  const { id, entries } = closure;
  if (isThere(paths.jail(id))) return noteSources(closure, paths);
  makePrivateDir(paths.jails);
  try {
    await temporaries.use(paths.jails, async (temporary) => {
      mkdirSync(temporary, { mode: 0o700 });
      await writeJail(temporary, entries);
      await writeBack(temporary, exec);
      renameSync(temporary, paths.jail(id));
    });
  } catch (cause) {
    await temporaries.sweep();
    if (['ENOTEMPTY', 'EEXIST'].includes(errnoOf(cause) ?? '')) return;
    throw buildError(cause, paths.jail(id));
  }
  noteSources(closure, paths);
}

/** Without it a power failure could leave empty files below a name that promises their content. */
async function writeBack(folder: string, exec: { readonly run: typeof run }): Promise<void> {
  try {
    await exec.run('sync', ['--file-system', folder], { timeoutMs: syncTimeoutMs, code: 'ERR_ROOTFS' });
  } catch (cause) {
    if (!(cause instanceof ReconcileError) || !isOfDisk(cause)) throw cause;
    throw new ReconcileError('ERR_ROOTFS', cause.message, { cause, hint: diskHint, retryable: true });
  }
}

/** The kernel keeps a failed write of anybody to that file system until a sync has asked for it. */
const diskHint =
  'once a disk is well again, it still reports one time what it failed to write before: to try again is enough; if this stays, look at dmesg, or make room below --data';

function buildError(cause: unknown, jail: string): ReconcileError {
  if (cause instanceof ReconcileError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ReconcileError('ERR_ROOTFS', `jail ${jail}: cannot be made: ${reason}`, {
    cause,
    hint: hintOf(errnoOf(cause), { room: 'below --data', otherwise: 'look at the named file, and at --data' }),
    retryable: true,
  });
}

/** Removes a jail; nothing there is fine. It is out of use from the first step on, wherever an interruption falls. */
export async function removeStoredJail(id: string, { paths, temporaries }: Pick<JailTools, 'paths' | 'temporaries'>): Promise<void> {
  rmSync(sourcesFile(id, paths), { force: true });
  if (!isThere(paths.jail(id))) return;
  await temporaries.use(paths.jails, async (temporary) => {
    renameSync(paths.jail(id), temporary);
    await removeTree(temporary);
  });
}

interface SourceRecord {
  readonly path: string;
  readonly dev: string;
  readonly ino: string;
  readonly size: string;
  readonly mtimeNs: string;
  readonly ctimeNs: string;
  readonly sha256: string;
}

/** Writes down which host files gave which hash, for later processes. */
export function noteSources({ id, entries }: JailClosure, paths: Paths): void {
  const sources = entries.flatMap((entry) => (entry.type === 'file' ? recordOf(entry) : []));
  const text = `${JSON.stringify({ formatVersion: '1', sources })}\n`;
  if (readTextIfExists(sourcesFile(id, paths)) !== text) writeFileAtomic(sourcesFile(id, paths), text, 0o600);
}

function recordOf({ path, sha256, source }: JailFile): SourceRecord[] {
  if (source?.settled !== true) return [];
  const { dev, ino, size, mtimeNs, ctimeNs } = source;
  return [
    { path, dev: `${dev}`, ino: `${ino}`, size: `${size}`, mtimeNs: `${mtimeNs}`, ctimeNs: `${ctimeNs}`, sha256 },
  ];
}

/** The hashes that earlier processes wrote down, by `printOf`. A damaged list costs time, nothing else. */
export function readSources(paths: Paths): Map<string, string> {
  const hashes = new Map<string, string>();
  for (const id of listJails(paths)) {
    for (const record of parseSources(readTextIfExists(sourcesFile(id, paths)) ?? '')) {
      if (isSourceRecord(record)) hashes.set(printOfRecord(record), record.sha256);
    }
  }
  return hashes;
}

/** The hashes of the host files that went into one jail, by path; those that were being written then are left out. */
export function readHashesOf(id: string, paths: Paths): ReadonlyMap<string, string> {
  const records = parseSources(readTextIfExists(sourcesFile(id, paths)) ?? '').filter(isSourceRecord);
  return new Map(records.map(({ path, sha256 }) => [path, sha256]));
}

function sourcesFile(id: string, paths: Paths): string {
  return `${paths.jail(id)}.json`;
}

function parseSources(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('sources' in value)) return [];
    return Array.isArray(value.sources) ? value.sources : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

const numberKeys = ['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const;

function isSourceRecord(value: unknown): value is SourceRecord {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Partial<Record<keyof SourceRecord, unknown>>;
  const text = (key: keyof SourceRecord): string => (typeof record[key] === 'string' ? record[key] : '');
  return text('path') !== '' && isJailId(text('sha256')) && numberKeys.every((key) => /^\d{1,20}$/.test(text(key)));
}

function printOfRecord(record: SourceRecord): string {
  const [dev = 0n, ino = 0n, size = 0n, mtimeNs = 0n, ctimeNs = 0n] = numberKeys.map((key) => BigInt(record[key]));
  return printOf({ dev, ino, size, mtimeNs, ctimeNs });
}
