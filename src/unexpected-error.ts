import { errnoOf, ReconcileError } from './errors.ts';
import { hintOf } from './system-hint.ts';

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
  if (errno === 'EACCES' || errno === 'EPERM') return new ReconcileError('ERR_PERMISSION', message, { hint: hintOf(errno), cause: error });
  if (errno !== undefined) return new ReconcileError('ERR_SYSTEM', message, { hint: hintOf(errno), cause: error, retryable: true });
  const hint = 'this is a defect in reconcile; --log-level debug shows where';
  return new ReconcileError('ERR_INTERNAL', message, { hint, cause: error, retryable: true });
}
