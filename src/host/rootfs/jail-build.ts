import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  lchownSync,
  mkdirSync,
  openSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setImmediate as otherWork } from 'node:timers/promises';
import { ReconcileError } from '../../errors.ts';
import { hashOpenFile, openRegular } from './host-view.ts';
import type { JailEntry, JailFile, JailFolder } from './jail-entry.ts';

/** Bytes, or files, after which signals and events get their turn. */
const turn = { bytes: 32 * 1024 ** 2, entries: 200 } as const;

/**
 * Writes a jail's entries, sorted by path, into the empty folder `root`. Each copied file is read back: throws
 * ERR_ROOTFS, retryable, where the host's file is no longer the one that was collected.
 */
export async function writeJail(root: string, entries: readonly JailEntry[]): Promise<void> {
  const since = { bytes: 0, entries: 0 };
  for (const entry of entries) {
    writeEntry(root, entry);
    since.bytes += entry.type === 'file' ? entry.sizeBytes : 0;
    since.entries += 1;
    if (since.bytes < turn.bytes && since.entries < turn.entries) continue;
    Object.assign(since, { bytes: 0, entries: 0 });
    await otherWork();
  }
  // Innermost first and after their content: nothing is written below a folder that has its final mode.
  const folders = entries.filter((entry) => entry.type === 'folder').reverse();
  for (const folder of folders) setFolderMode(join(root, folder.path), folder);
  chmodSync(root, 0o755);
}

function writeEntry(root: string, entry: JailEntry): void {
  const path = join(root, entry.path);
  switch (entry.type) {
    case 'folder':
      return mkdirSync(path, { mode: 0o700 });
    case 'link':
      symlinkSync(entry.target, path);
      return lchownSync(path, entry.uid, entry.gid);
    case 'file':
      return writeJailFile(path, entry);
  }
}

function writeJailFile(path: string, entry: JailFile): void {
  if (entry.content === undefined) copyHostFile(path, entry);
  else writeFileSync(path, entry.content, { flag: 'wx' });
  chownSync(path, entry.uid, entry.gid);
  chmodSync(path, entry.mode);
  // Seconds with a fraction: programs that keep compiled forms of their files compare whole seconds.
  const mtimeS = Number(entry.source?.mtimeNs ?? 0n) / 1e9;
  utimesSync(path, mtimeS, mtimeS);
}

/** Shares the data blocks where the file system can; a hard link would change with the host's file. */
function copyHostFile(path: string, entry: JailFile): void {
  const fd = openRegular(entry.path);
  try {
    copyFileSync(`/proc/self/fd/${fd}`, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  } finally {
    closeSync(fd);
  }
  const copy = openSync(path, constants.O_RDONLY);
  try {
    if (hashOpenFile(copy) === entry.sha256) return;
  } finally {
    closeSync(copy);
  }
  throw new ReconcileError('ERR_ROOTFS', `${entry.path}: changed while it was copied`, {
    hint: 'the next pass sees the new content',
    retryable: true,
  });
}

function setFolderMode(path: string, { uid, gid, mode }: JailFolder): void {
  chownSync(path, uid, gid);
  chmodSync(path, mode);
}
