import { rmSync, symlinkSync } from 'node:fs';

/** Puts a file at `path` that is there, and of which every read fails with EIO, also for root: address 0 of a process is never mapped. */
export function makeUnreadable(path: string): void {
  rmSync(path, { force: true });
  symlinkSync('/proc/self/mem', path);
}
