/** One mount laid over another. */
export interface Cover {
  /** A mount point. */
  readonly over: string;
  readonly by: string;
}

/** The host's mounts, some of them covered: for a runtime that refuses to work where it sees these. Pure data. */
export interface MountSpace {
  readonly covers: readonly Cover[];
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

const prepare = 'set -e; program=$1; shift; while [ $# -gt 0 ]; do mount --bind "$2" "$1"; shift 2; done; mount --bind -o ro "$program" "$program"; set +e';

/** No words for the host's mounts. */
export function spaceWords(space: MountSpace | undefined): SpaceWords {
  if (space === undefined) return { before: [], prepare: '', args: [] };
  return { before: ['unshare', '--mount', '--propagation', 'slave', '--'], prepare, args: [space.program, ...space.covers.flatMap(({ over, by }) => [over, by])] };
}
