/** The host's mounts, less some: for a runtime that refuses to work where it sees them. Pure data. */
export interface MountSpace {
  /** Mount points that are not there in the space. */
  readonly without: readonly string[];
  /** Absolute path of a program that is read-only in the space: crun and runc copy themselves at each call unless they are. */
  readonly program: string;
}

/** What makes a shell one in a space of its own, which lasts as long as the shell or what it started. */
export interface SpaceWords {
  /** Before the shell. */
  readonly before: readonly string[];
  /** What the shell does first; it ends where that fails. */
  readonly prepare: string;
  /** The shell's arguments. */
  readonly args: readonly string[];
}

const prepare = 'set -e; program=$1; shift; for point do umount "$point"; done; mount --bind -o ro "$program" "$program"; set +e';

/** No words for the host's mounts. */
export function spaceWords(space: MountSpace | undefined): SpaceWords {
  if (space === undefined) return { before: [], prepare: '', args: [] };
  return { before: ['unshare', '--mount', '--propagation', 'slave', '--'], prepare, args: [space.program, ...space.without] };
}
