import { createHash } from 'node:crypto';

/** One entry of a jail, at the absolute path that it has on the host and in the container. */
export type JailEntry = JailFolder | JailLink | JailFile;

interface Owned {
  readonly path: string;
  readonly uid: number;
  readonly gid: number;
}

export interface JailFolder extends Owned {
  readonly type: 'folder';
  /** Permission bits, the sticky bit among them. */
  readonly mode: number;
}

export interface JailLink extends Owned {
  readonly type: 'link';
  /** As written in the link. */
  readonly target: string;
}

export interface JailFile extends Owned {
  readonly type: 'file';
  /** Permission bits; set-user-id and set-group-id are never taken, nor are file capabilities. */
  readonly mode: number;
  readonly sha256: string;
  readonly sizeBytes: number;
  /** Where it comes from; absent for a file that we write ourselves. */
  readonly source?: FileSource;
  readonly content?: Buffer;
}

/** The state of a host file for which its hash holds. */
export interface FileSource {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  /** False where it was changed a moment before it was hashed: it may have been again, with the same times. */
  readonly settled: boolean;
}

/**
 * Names a jail by all that a container can see of it, but for the times: files keep the host's, since programs
 * compare them with each other, yet a `touch` on the host makes no other jail.
 */
export function jailId(entries: Iterable<JailEntry>): string {
  const hash = createHash('sha256').update('reconcile jail 1\n');
  for (const entry of sortEntries(entries)) hash.update(`${JSON.stringify(identityOf(entry))}\n`);
  return hash.digest('hex');
}

/** By path, a folder before what lies in it. */
export function sortEntries(entries: Iterable<JailEntry>): JailEntry[] {
  return [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function identityOf(entry: JailEntry): readonly (string | number)[] {
  const owner = [entry.path, entry.type, entry.uid, entry.gid];
  switch (entry.type) {
    case 'folder':
      return [...owner, entry.mode];
    case 'link':
      return [...owner, entry.target];
    case 'file':
      return [...owner, entry.mode, entry.sha256];
  }
}
