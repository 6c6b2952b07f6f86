import { isAbsolute, posix, relative, sep } from 'node:path';
import { ReconcileError } from '../errors.ts';
import { diskTree } from './file-tree.ts';
import { readBlobs } from './git-blobs.ts';
import { openGit } from './git-program.ts';
import type { Git } from './git-program.ts';
import { makeGitTree, outside } from './git-tree.ts';
import type { GitTree } from './git-tree.ts';
import type { Place } from './read-source.ts';
import { readSource } from './read-source.ts';
import type { LoadedSource, Source } from './source.ts';
import { isGone } from './walk.ts';

export interface GitSourceOptions {
  /** A commit or tree in any of git's notations: HEAD~1, origin/main, v1.2. */
  readonly revision: string;
  /** From `cwd`, as those of git itself; what they name in the revision, not on disk. */
  readonly paths: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A path that the revision does not have holds no manifests, rather than being an error. */
  readonly absentIsEmpty?: boolean;
}

/**
 * The manifests of a revision, read from git's objects: nothing is checked out. Its revision is the commit's id.
 * What `load` cannot read throws ERR_SOURCE_UNREADABLE.
 */
export function openGitSource(options: GitSourceOptions): Source {
  return {
    load: () => Promise.resolve().then(() => load(options)),
    // What an id names never changes.
    changes: async function* () {},
  };
}

function load({ revision, paths, cwd, env, absentIsEmpty = false }: GitSourceOptions): LoadedSource {
  const git = openGit(cwd, env);
  const { id, treeId } = resolveRevision(git, revision);
  const tree = makeGitTree({
    listing: git.ask(['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', treeId]),
    readLink: (oid) => git.ask(['cat-file', 'blob', oid]).toString('utf8'),
  });
  const place = placeIn(tree, git, { revision, cwd });
  const present = absentIsEmpty ? paths.filter((path) => isThere(path, place)) : paths;
  return { revision: id, ...readSource(present, place, true) };
}

function resolveRevision(git: Git, revision: string): { readonly id: string; readonly treeId: string } {
  const verify = (name: string): string | undefined => git.tell(['rev-parse', '--verify', '--quiet', '--end-of-options', name]);
  const found = verify(revision);
  if (found === undefined || !/^[0-9a-f]+$/.test(found)) throw unknownRevision(git, revision);
  const treeId = verify(`${found}^{tree}`);
  if (treeId !== undefined) return { id: verify(`${found}^{commit}`) ?? treeId, treeId };
  throw new ReconcileError('ERR_SOURCE_UNREADABLE', `${revision}: names no commit and no tree`, { hint: 'write a commit, such as HEAD~1 or origin/main' });
}

function unknownRevision(git: Git, revision: string): ReconcileError {
  const shallow = git.tell(['rev-parse', '--is-shallow-repository']) === 'true';
  const hint = shallow
    ? 'this clone is shallow: git fetch --unshallow gets the rest (fetch-depth: 0 in actions/checkout)'
    : 'write one commit, such as HEAD~1 or origin/main; git log shows them';
  return new ReconcileError('ERR_SOURCE_UNREADABLE', `${revision}: no such revision in this repository`, { hint });
}

/** The tree as seen from `cwd`, which may lie below the repository's top. */
function placeIn(tree: GitTree, git: Git, { revision, cwd }: Pick<GitSourceOptions, 'revision' | 'cwd'>): Place {
  const prefix = git.tell(['rev-parse', '--show-prefix']) ?? '';
  return {
    tree,
    suffix: ` in ${revision}`,
    locate(path) {
      // As git does: the folder one stands in need not be in the revision.
      const way = isAbsolute(path) ? belowTop(path, git) : posix.normalize(prefix + slashed(path));
      const realPath = tree.realPath(way);
      if (realPath.startsWith(outside)) throw outsideError(path, cwd);
      return realPath;
    },
    open: (found) => readBlobs(found.map(({ realPath }) => tree.oidOf(realPath) ?? ''), tree, git),
  };
}

function belowTop(path: string, git: Git): string {
  const top = git.tell(['rev-parse', '--show-toplevel']) ?? '';
  for (const candidate of [path, realPathOf(path)]) {
    const way = relative(top, candidate);
    if (top !== '' && way !== '..' && !way.startsWith(`..${sep}`)) return slashed(way);
  }
  throw outsideError(path, top === '' ? 'a bare repository' : top);
}

/** The path in the revision may be gone from the disk. */
function realPathOf(path: string): string {
  try {
    return diskTree.realPath(path);
  } catch (error) {
    if (isGone(error)) return path;
    throw error;
  }
}

function slashed(path: string): string {
  return path.split(sep).join('/');
}

function outsideError(path: string, where: string): ReconcileError {
  const hint = 'give a path below the top of the repository, as git itself takes it';
  return new ReconcileError('ERR_SOURCE_UNREADABLE', `${path}: leads out of the repository of ${where}`, { hint });
}

function isThere(path: string, { tree, locate }: Place): boolean {
  try {
    tree.kindOf(locate(path));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
