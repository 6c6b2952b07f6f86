import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { errnoOf, ReconcileError } from '../../errors.ts';
import { listDir, temporaryPrefix } from '../file.ts';
import { removeTree } from '../remove-tree.ts';

/** Paths at which folders are put together, or taken apart, before and after anybody may use them. */
export interface Temporaries {
  /** Gives `act` a path in `folder` at which nothing is, and that no sweep touches meanwhile. What stays there goes with the next one. */
  use<Result>(folder: string, act: (path: string) => Result | Promise<Result>): Promise<Result>;
  /**
   * Removes what an earlier process, or an act that failed, left. What cannot be removed is left to the next call, which
   * does nothing where there is nothing of the kind.
   */
  sweep(): Promise<void>;
}

/** @param folders all that `use` is called with. Whoever opens them holds the lock of --root: what nobody uses here, nobody uses. */
export function openTemporaries(folders: readonly string[]): Temporaries {
  const used = new Set<string>();
  let isClean = false;
  let sweeping: Promise<void> | undefined;
  const attempt = async <Result>(act: () => Result | Promise<Result>): Promise<Result | undefined> => {
    try {
      return await act();
    } catch (error) {
      if (errnoOf(error) === undefined && !(error instanceof ReconcileError)) throw error;
      isClean = false;
      return undefined;
    }
  };
  const leftIn = (folder: string): string[] =>
    listDir(folder).filter((name) => name.startsWith(temporaryPrefix)).map((name) => join(folder, name)).filter((path) => !used.has(path));
  const sweepAll = async (): Promise<void> => {
    isClean = true;
    for (const folder of folders) {
      for (const path of (await attempt(() => leftIn(folder))) ?? []) await attempt(() => removeTree(path));
    }
  };
  return {
    async use(folder, act) {
      const path = join(folder, `${temporaryPrefix}${randomBytes(8).toString('hex')}`);
      used.add(path);
      try {
        return await act(path);
      } catch (error) {
        isClean = false;
        throw error;
      } finally {
        used.delete(path);
      }
    },
    async sweep() {
      if (!isClean) sweeping ??= sweepAll().finally(() => { sweeping = undefined; });
      await sweeping;
    },
  };
}
