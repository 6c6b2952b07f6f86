import type { Stats } from 'node:fs';

/** What tells one state of one file from every later one: a write, a chmod or a rename-over gives another. */
export type FileState = Pick<Stats, 'dev' | 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>;

/** The part of `stats` that is worth keeping. */
export function stateOf({ dev, ino, size, mtimeMs, ctimeMs }: FileState): FileState {
  return { dev, ino, size, mtimeMs, ctimeMs };
}

/** True where nothing was done to the file between the two looks, provided that it was settled at the first one. */
export function isSameState(one: FileState, other: FileState): boolean {
  return (
    one.ino === other.ino && one.ctimeMs === other.ctimeMs && one.mtimeMs === other.mtimeMs && one.size === other.size && one.dev === other.dev
  );
}

/**
 * True where a change from now on will show in the times. File systems count them in steps: what was changed a moment ago
 * can be changed again within the same step, and then looks as before.
 *
 * @param stepMs the longest step that the file's file system can have
 */
export function isSettled({ ctimeMs, mtimeMs }: Pick<FileState, 'ctimeMs' | 'mtimeMs'>, nowMs = Date.now(), stepMs: number = stepsMs.any): boolean {
  return Math.abs(nowMs - ctimeMs) > stepMs && Math.abs(nowMs - mtimeMs) > stepMs;
}

/** Milliseconds, with room to spare: 2 s are FAT's, 10 ms a kernel's tick, in which all those count that can hold a FIFO. */
export const stepsMs = { any: 2_100, withFifos: 50 } as const;
