import { ReconcileError } from '../errors.ts';

/**
 * Why a folder cannot be watched, with what to raise where that is a limit of inotify.
 *
 * @param until a sentence that says what happens meanwhile
 */
export function watchError(folder: string, errno: string, { until, cause }: { readonly until: string; readonly cause: unknown }): ReconcileError {
  const setting = limits[errno];
  const message = setting === undefined ? `watch ${folder}: ${errno}` : `watch ${folder}: ${errno}, ${setting} is used up`;
  const mend = setting === undefined ? 'see the cause.' : `raise it: sysctl -w ${setting}=N.`;
  return new ReconcileError('ERR_HOST_UNSUPPORTED', message, { hint: `${mend} ${until}`, cause, retryable: true });
}

/** What inotify(7) says of its errors. */
const limits: Readonly<Record<string, string>> = {
  ENOSPC: 'fs.inotify.max_user_watches',
  EMFILE: 'fs.inotify.max_user_instances',
};
