/** What to do about a refusal of the system, by its errno. */
const hints: Readonly<Record<string, string>> = {
  EACCES: 'run it as root',
  EPERM: 'run it as root',
  EROFS: 'the file system is mounted read-only: dmesg may say why',
  EIO: 'the disk may fail: dmesg says more',
  EMFILE: 'raise the limit of open files: ulimit -n',
  ENFILE: 'raise fs.file-max',
  ENOMEM: 'the host has no memory left',
  EAGAIN: 'no more processes may be started: look at ulimit -u and at pids.max of the cgroups above',
};

export interface HintContext {
  /** Where room is to be made if there is none. */
  readonly room?: string;
  /** What to do where the errno alone does not say. */
  readonly otherwise?: string;
}

/** What to do where the system refuses with an errno (`EIO`), as a sentence for the reader. */
export function hintOf(errno: string | undefined, { room = 'on that file system', otherwise = 'look at the path on the host' }: HintContext = {}): string {
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return `make room ${room}`;
  return hints[errno ?? ''] ?? otherwise;
}
