import { errnoOf, ReconcileError } from './errors.ts';

/** What to do about a refusal of the system, by its errno. */
const hints: Readonly<Record<string, string>> = {
  EACCES: 'run it as root',
  EPERM: 'run it as root',
  ENOSPC: 'make room on that file system',
  EDQUOT: 'make room on that file system',
  EROFS: 'the file system is mounted read-only: dmesg may say why',
  EIO: 'the disk may fail: dmesg says more',
  EMFILE: 'raise the limit of open files: ulimit -n',
  ENFILE: 'raise fs.file-max',
  ENOMEM: 'the host has no memory left',
};

/**
 * Any error as one of ours: a refusal of the system as such, everything else as a defect.
 *
 * @param where goes before the message: what was done, and for whom
 */
export function asReconcileError(error: unknown, where?: string): ReconcileError {
  if (error instanceof ReconcileError) return error;
  const text = error instanceof Error ? error.message : String(error);
  const message = where === undefined ? text : `${where}: ${text}`;
  const errno = errnoOf(error);
  if (errno === 'EACCES' || errno === 'EPERM') return new ReconcileError('ERR_PERMISSION', message, { hint: hints[errno] ?? '', cause: error });
  if (errno !== undefined) {
    return new ReconcileError('ERR_SYSTEM', message, { hint: hints[errno] ?? 'look at the path on the host', cause: error, retryable: true });
  }
  const hint = 'this is a defect in reconcile; --log-level debug shows where';
  return new ReconcileError('ERR_INTERNAL', message, { hint, cause: error, retryable: true });
}
