import { watch } from 'node:fs';
import { ReconcileError } from '../../errors.ts';
import type { ContainerName } from '../../state/container-name.ts';
import { isContainerName } from '../../state/container-name.ts';
import { makePrivateDir } from '../file.ts';

/**
 * Calls `onExit` whenever the monitor of a container writes its exit file. A hint that may be lost,
 * never a promise. The folder is made where it is missing.
 */
export function watchExits(
  exits: string,
  onExit: (name: ContainerName) => void,
  onError: (error: ReconcileError) => void,
): { close(): void } {
  makePrivateDir(exits);
  try {
    const watcher = watch(exits, (_type, file) => {
      if (file !== null && isContainerName(file)) onExit(file);
    });
    watcher.on('error', (cause) => { onError(limited(exits, cause)); });
    return watcher;
  } catch (cause) {
    onError(limited(exits, cause));
    return { close: () => undefined };
  }
}

function limited(path: string, cause: unknown): ReconcileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ReconcileError('ERR_HOST_UNSUPPORTED', `${path}: cannot be watched: ${reason}`, {
    hint: 'ended processes are noticed by the next full pass; raise fs.inotify.max_user_watches and max_user_instances',
    cause,
  });
}
