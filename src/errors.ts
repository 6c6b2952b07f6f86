/** Every code that a ReconcileError can carry, with what it means. The README's table is tested against it. */
export const errorCodes = {
  ERR_USAGE: 'The command line is wrong.',
  ERR_MANIFEST_INVALID: 'A manifest is wrong; each place is listed.',
  ERR_POLICY_INVALID: 'A policy is wrong; each place is listed.',
  ERR_POLICY_BROKEN: 'A container breaks a rule of a policy.',
  ERR_SOURCE_UNREADABLE: 'The manifests cannot be read.',
  ERR_HOST_UNSUPPORTED: 'This host lacks something that reconcile needs.',
  ERR_RUNTIME_MISSING: 'No container runtime that works here was found.',
  ERR_RUNTIME_FAILED: 'The container runtime or its monitor failed.',
  ERR_CGROUP_READ: 'A cgroup file or directory cannot be read.',
  ERR_CGROUP_WRITE: 'The kernel refused a value, or did not keep it.',
  ERR_CGROUP_BUSY: 'A cgroup still has processes and cannot be removed.',
  ERR_BUNDLE_WRITE: 'The notes on a container below --root cannot be written.',
  ERR_ROOTFS: 'A root filesystem cannot be made.',
  ERR_STALE_PLAN: 'Something changed since the plan was saved; nothing was done.',
  ERR_PLAN_FILE: 'A saved plan or a snapshot cannot be written, cannot be read, or is not for here.',
  ERR_LOCKED: 'Another reconcile holds this --root.',
  ERR_NOT_FOUND: 'No container of that name.',
  ERR_COMMAND_FAILED: 'A program that reconcile started failed.',
  ERR_STILL_MOUNTED: 'A folder to be removed still has a mount below it.',
  ERR_PROC_UNREADABLE: 'The kernel does not let reconcile look at a process.',
  ERR_SIGNAL_REFUSED: 'A signal cannot be sent.',
  ERR_PERMISSION: 'The kernel does not let this user read or write a file.',
  ERR_SYSTEM: 'The system refused to read or write: a disk that is full or fails, a read-only file system, too many open files.',
  ERR_TIMEOUT: 'A program did not answer in time.',
  ERR_INTERNAL: 'A defect in reconcile.',
} as const;

export type ErrorCode = keyof typeof errorCodes;

export interface ErrorDetails {
  /** What to do about it, as a sentence for the reader. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** True where trying again can help without anyone changing a manifest. */
  readonly retryable?: boolean;
}

/** The one error class: message says object, path, value and reason; hint says the mend. */
export class ReconcileError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(nameErrnos(message), details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'ReconcileError';
    this.code = code;
    this.hint = details.hint;
    this.retryable = details.retryable ?? false;
  }
}

/** The errno name of a system error (`ENOENT`), or undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  return /^E[A-Z0-9]+(?=$|: )/.exec(nameErrnos(error.code))?.[0];
}

/** Errnos of Linux that node knows by their number alone. */
const unnamed: Readonly<Record<string, string>> = {
  116: 'ESTALE: stale file handle',
  117: 'EUCLEAN: structure needs cleaning',
  122: 'EDQUOT: disk quota exceeded',
};

/** What node says twice of an errno that it has no name for, as it says it of others. */
function nameErrnos(text: string): string {
  return text.replaceAll(/Unknown system error -(\d+)(?:: Unknown system error -\1)?/g, (words, number: string) => unnamed[number] ?? words);
}

/** As node names them, and as programs say them. */
const diskWords = /\b(?:ENOSPC|EDQUOT|EROFS|EIO)\b|No space left on device|Disk quota exceeded|Read-only file system|Input\/output error/i;

/** True where a disk that is full, read-only or broken is the reason: it may be well again at any moment, and nobody tells. */
export function isOfDisk(error: unknown): boolean {
  return error instanceof Error && (diskWords.test(nameErrnos(error.message)) || isOfDisk(error.cause));
}
