import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, join } from 'node:path';
import { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { isContainerName } from '../../state/container-name.ts';
import { makePrivateDir, pathExists } from '../file.ts';

export interface ExitWatch {
  /** Tries again where the folder could not be watched. */
  refresh(): void;
  close(): void;
}

/**
 * Calls `onExit` whenever the monitor of a container writes its exit file. A hint that may be lost,
 * never a promise. The folder is made where it is missing.
 */
export function watchExits(
  exits: string,
  onExit: (name: ContainerName) => void,
  onError: (error: ReconcileError) => void,
): ExitWatch {
  let watcher: FSWatcher | undefined;
  let reported = false;
  const close = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  const report = (cause: unknown): void => {
    close();
    if (!reported) onError(limited(exits, cause));
    reported = true;
  };
  const notice = (file: string | null): void => {
    if (file !== null && isContainerName(file)) onExit(file);
    // The folder itself was removed or moved away: an inode says nothing, the next folder may get the same.
    if (file !== basename(exits) || pathExists(join(exits, file))) return;
    close();
    refresh();
  };
  const refresh = (): void => {
    if (watcher !== undefined) return;
    try {
      makePrivateDir(exits);
      watcher = watch(exits, (_type, file) => { notice(file); });
      watcher.on('error', report);
      reported = false;
    } catch (cause) {
      report(cause);
    }
  };
  refresh();
  return { refresh, close };
}

function limited(path: string, cause: unknown): ReconcileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ReconcileError('ERR_HOST_UNSUPPORTED', `${path}: cannot be watched: ${reason}`, {
    hint: 'ended processes are noticed by the next full pass; raise fs.inotify.max_user_watches and max_user_instances',
    cause,
  });
}
