import { errnoOf } from '../errors.ts';
import type { Diagnostic } from '../manifest/diagnostic.ts';

/** A diagnostic that concerns a file as a whole. */
export function fileDiagnostic(file: string, message: string, hint: string, got?: string): Diagnostic {
  const base = { file, line: 1, column: 1, path: '', message, hint };
  return got === undefined ? base : { ...base, got };
}

const reasons: Readonly<Record<string, readonly [message: string, hint: string]>> = {
  EACCES: ['cannot be read: permission denied', 'make it readable for the user that runs reconcile'],
  EPERM: ['cannot be read: not permitted', 'make it readable for the user that runs reconcile'],
  ELOOP: ['is a symbolic link that leads back to itself', 'remove the link, or let it lead to a file'],
  ENOENT: ['leads nowhere, or went away while it was read', 'remove the link, or put the file back'],
  ENOTDIR: ['lies below something that is no folder', 'mend the path'],
  EISDIR: ['is a folder', 'give a file'],
  EIO: ['cannot be read: the disk failed', 'look into the log of the kernel'],
  EMFILE: ['cannot be read: too many open files', 'raise the limit of open files'],
};

/** The diagnostic for a system error; an error without an errno is rethrown. */
export function unreadable(file: string, error: unknown): Diagnostic {
  const errno = errnoOf(error);
  if (errno === undefined) throw error;
  const [message, hint] = reasons[errno] ?? [`cannot be read: ${errno}`, 'make it a readable file'];
  return fileDiagnostic(file, message, hint);
}
