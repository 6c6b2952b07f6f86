import { lstatSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../../errors.ts';
import type { RootfsFacts, RootfsProblem } from '../../state/observed.ts';
import { isWithin } from '../../state/path.ts';

export interface PathFacts extends RootfsFacts {
  /** The folder, through no link; empty where there are problems. */
  readonly realPath: string;
}

/**
 * Judges a folder as a root filesystem. Its id tells it from another folder that takes its place, not from its
 * former content: the folder is the user's to change.
 *
 * @param ownFolders --root and --data
 */
export function inspectPath(path: string, ownFolders: readonly string[]): PathFacts {
  const found = findFolder(path);
  if ('problem' in found) return { id: '', realPath: '', problems: [found.problem] };
  const { realPath } = found;
  const misplaced = misplacedProblem(path, realPath, ownFolders);
  const problems = misplaced === undefined ? systemFolderProblems(path, realPath) : [misplaced];
  if (problems.length > 0) return { id: '', realPath: '', problems };
  const { dev, ino } = statSync(realPath, { bigint: true });
  return { id: `${realPath}@${dev}:${ino}`, realPath, problems };
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'goes through something that is no folder',
  ELOOP: 'links lead in a circle',
  EACCES: 'may not be looked at',
};

function findFolder(path: string): { readonly realPath: string } | { readonly problem: RootfsProblem } {
  try {
    const realPath = realpathSync(path);
    if (statSync(realPath).isDirectory()) return { realPath };
    return { problem: problemOf(path, 'is not a folder', 'unpack it, and name the folder') };
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === undefined) throw error;
    return {
      problem: problemOf(
        path,
        reasons[errno] ?? `cannot be looked at: ${errno}`,
        'make the folder on this host, or correct the path',
      ),
    };
  }
}

function misplacedProblem(path: string, realPath: string, ownFolders: readonly string[]): RootfsProblem | undefined {
  if (realPath === '/')
    return problemOf(path, "is the host's own root", 'name a folder that holds a root filesystem, or use a jail');
  const own = ownFolders.find((folder) => isWithin(realPath, [folder]) || isWithin(folder, [realPath]));
  if (own === undefined) return undefined;
  const relation = isWithin(realPath, [own]) ? 'lies in' : 'holds';
  return problemOf(path, `${relation} ${own}, which belongs to reconcile itself`, 'put the root filesystem elsewhere');
}

/** As links these have led runtimes to write outside of the container: CVE-2026-41579, CVE-2026-47766. */
const systemFolders = ['dev', 'proc', 'sys', 'etc'];

function systemFolderProblems(path: string, realPath: string): RootfsProblem[] {
  return systemFolders.flatMap((name) => {
    const stats = lstatSync(join(realPath, name), { throwIfNoEntry: false });
    if (stats === undefined || stats.isDirectory()) return [];
    const kind = stats.isSymbolicLink() ? 'a link' : 'no folder';
    return [problemOf(join(path, name), `is ${kind}, where runtimes need a real folder`, 'make it a folder')];
  });
}

function problemOf(subject: string, reason: string, hint: string): RootfsProblem {
  return { path: 'rootfs.path', message: `${subject}: ${reason}`, hint };
}
