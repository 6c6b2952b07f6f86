import { ReconcileError, errnoOf } from '../errors.ts';

export interface WatchReportOptions {
  /** A sentence that says what happens meanwhile. */
  readonly until: string;
  /** A folder that went away is no reason to warn. */
  readonly isGone: (cause: unknown) => boolean;
}

/** Tells `onError` why a folder cannot be watched, with what to raise where that is a limit of inotify: each reason once. */
export function openWatchReport(onError: (error: ReconcileError) => void, { until, isGone }: WatchReportOptions): (folder: string, cause: unknown) => void {
  const reported = new Set<string>();
  return (folder, cause) => {
    const errno = errnoOf(cause) ?? 'unknown';
    if (isGone(cause) || reported.has(errno)) return;
    reported.add(errno);
    onError(watchError(folder, errno, { until, cause }));
  };
}

function watchError(folder: string, errno: string, { until, cause }: { readonly until: string; readonly cause: unknown }): ReconcileError {
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
