import { ReconcileError } from '../errors.ts';
import { fileLimitBytes } from '../manifest/text-check.ts';
import type { Git } from './git-program.ts';
import type { GitTree } from './git-tree.ts';
import { decodeManifest, tooLarge } from './read-file.ts';
import type { Place } from './read-source.ts';
import { totalLimitBytes } from './read-source.ts';

/** Reads the blobs of `oids` with one call of git, but for those that are too large. Throws ERR_SOURCE_UNREADABLE. */
export function readBlobs(oids: readonly string[], tree: GitTree, git: Git): ReturnType<Place['open']> {
  const sizes = sizesOf([...new Set(oids)], git);
  const blobs = contentsOf(affordable(sizes), git);
  return ({ file, realPath }) => {
    const oid = tree.oidOf(realPath) ?? '';
    const bytes = blobs.get(oid);
    return bytes === undefined ? { diagnostic: tooLarge(file) } : decodeManifest(file, bytes);
  };
}

function sizesOf(oids: readonly string[], git: Git): ReadonlyMap<string, number> {
  if (oids.length === 0) return new Map();
  const answer = git.ask(['cat-file', '--batch-check=%(objectname) %(objectsize)'], linesOf(oids)).toString('latin1');
  return new Map(
    answer.trimEnd().split('\n').map((line) => {
      const [oid = '', size = ''] = line.split(' ');
      if (/^\d+$/.test(size)) return [oid, Number(size)] as const;
      throw missingObject(oid);
    }),
  );
}

/** One more than the limit of all together is enough to tell that it is passed. */
function affordable(sizes: ReadonlyMap<string, number>): string[] {
  const chosen: string[] = [];
  let totalBytes = 0;
  for (const [oid, size] of sizes) {
    if (size > fileLimitBytes) continue;
    if (totalBytes > totalLimitBytes) break;
    totalBytes += size;
    chosen.push(oid);
  }
  return chosen;
}

function contentsOf(oids: readonly string[], git: Git): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  if (oids.length === 0) return blobs;
  const answer = git.ask(['cat-file', '--batch=%(objectname) %(objectsize)'], linesOf(oids));
  for (let at = 0; at < answer.length; ) {
    const lineEnd = answer.indexOf(0x0a, at);
    const [oid = '', size = ''] = answer.toString('latin1', at, lineEnd).split(' ');
    if (lineEnd < 0 || !/^\d+$/.test(size)) throw missingObject(oid);
    const end = lineEnd + 1 + Number(size);
    blobs.set(oid, answer.subarray(lineEnd + 1, end));
    at = end + 1;
  }
  return blobs;
}

function linesOf(oids: readonly string[]): string {
  return oids.map((oid) => `${oid}\n`).join('');
}

function missingObject(oid: string): ReconcileError {
  return new ReconcileError('ERR_SOURCE_UNREADABLE', `git: object ${oid} is missing from this clone`, {
    hint: 'the clone is partial or damaged; a full one has it: git clone without --filter',
  });
}
