import { createHash } from 'node:crypto';
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, ReconcileError } from '../../errors.ts';
import type { Jail } from '../../state/desired.ts';
import type { RootfsProblem } from '../../state/observed.ts';
import type { Note } from './host-view.ts';
import { openHostView } from './host-view.ts';
import { openCollector, takeLink } from './jail-collector.ts';
import type { Collector } from './jail-collector.ts';
import type { JailEntry } from './jail-entry.ts';
import { jailId, sortEntries } from './jail-entry.ts';
import type { ProgramSource } from './jail-programs.ts';
import { takeProgram } from './jail-programs.ts';
import { takeTree } from './jail-tree.ts';
import type { CachedLibrary } from './ld-so-cache.ts';
import { formatLoaderCache } from './ld-so-cache.ts';
import type { ProgramCache } from './program-file.ts';

/** All that goes into one jail, and what it depends on. */
export interface JailClosure {
  /** Empty where there are problems. */
  readonly id: string;
  readonly problems: readonly RootfsProblem[];
  /** Sorted by path. */
  readonly entries: readonly JailEntry[];
  readonly notes: readonly Note[];
  /** False where the same look must be taken again, whatever the notes say. */
  readonly settled: boolean;
}

/** What is known of host files, by their stats. */
export interface FileKnowledge {
  readonly hashes: Map<string, string>;
  readonly programs: ProgramCache;
}

/**
 * Finds everything that a jail holds: the named programs with their loaders and libraries, the named files and
 * folders, the links on the way, the mount points that every container has. Reads only what `known` lacks.
 * What is wrong becomes a problem, one for each name in the manifest.
 */
export function collectJail(jail: Jail, known: FileKnowledge, ownFolders: readonly string[]): JailClosure {
  const view = openHostView(known.hashes);
  const collector = openCollector(view, ownFolders);
  const source: ProgramSource = { collector, programs: known.programs, cached: new Map<string, CachedLibrary>() };
  const outcomes = [
    ...jail.binaries.map((path, index) =>
      attempt(`rootfs.jail.binaries.${index}`, path, () => takeProgram(source, path)),
    ),
    ...jail.files.map((path, index) => attempt(`rootfs.jail.files.${index}`, path, () => takeTree(collector, path))),
  ];
  const settled = view.isSettled() && outcomes.every((outcome) => outcome?.passing !== true);
  const problems = outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome.problem]));
  takeMergedFolders(collector);
  addLoaderCache(source);
  addMountPoints(collector.entries);
  const entries = sortEntries(collector.entries.values());
  return {
    id: problems.length > 0 ? '' : jailId(entries),
    problems,
    entries,
    notes: [...view.notes.values()],
    settled,
  };
}

interface Outcome {
  readonly problem: RootfsProblem;
  /** It can go away without a file that was noted being changed. */
  readonly passing: boolean;
}

function attempt(field: string, path: string, take: () => void): Outcome | undefined {
  try {
    if (!path.startsWith('/'))
      throw new ReconcileError('ERR_ROOTFS', `${path}: is no absolute path`, { hint: 'write it from / on' });
    take();
    return undefined;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== undefined) {
      const problem = {
        path: field,
        message: `${path}: cannot be read: ${(error as Error).message}`,
        hint: 'look at the file on the host',
      };
      return { problem, passing: true };
    }
    if (!(error instanceof ReconcileError) || error.code !== 'ERR_ROOTFS') throw error;
    return { problem: { path: field, message: error.message, hint: error.hint ?? '' }, passing: error.retryable };
  }
}

const mergedFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Where the host has /bin as a link to usr/bin and the jail has that folder, programs are found under both names. */
function takeMergedFolders(collector: Collector): void {
  for (const path of mergedFolders) {
    if (collector.entries.has(path)) continue;
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() !== true) continue;
    if (collector.entries.has(join('/', readlinkSync(path)))) takeLink(collector, path);
  }
}

/** The host's own cache would change with every package; a jail that took it by name keeps it. */
function addLoaderCache({ collector, cached }: ProgramSource): void {
  const path = '/etc/ld.so.cache';
  if (cached.size === 0 || collector.entries.has(path)) return;
  const content = formatLoaderCache([...cached.values()]);
  const sha256 = createHash('sha256').update(content).digest('hex');
  collector.entries.set(path, {
    type: 'file',
    path,
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: content.length,
    sha256,
    content,
  });
}

/** Made in every jail, so that a read-only one needs no overlay for the runtime's mounts. */
const mountPoints: Readonly<Record<string, number>> = {
  '/proc': 0o755,
  '/dev': 0o755,
  '/sys': 0o755,
  '/tmp': 0o1777,
  '/run': 0o755,
  '/etc': 0o755,
};

function addMountPoints(entries: Map<string, JailEntry>): void {
  for (const [path, mode] of Object.entries(mountPoints)) {
    if (!entries.has(path)) entries.set(path, { type: 'folder', path, mode, uid: 0, gid: 0 });
  }
}
