import type { IOType } from 'node:child_process';
import { openSync } from 'node:fs';
import { listDir, readTextIfExists } from './file.ts';

/** One of a child's descriptors: a kind of stream, or the number of a descriptor of ours. */
type ChildStream = IOType | number;

/**
 * The streams of a child that is to get these descriptors and no more. Node passes on what it inherited itself beyond
 * the lowest ones, such as a lock that a shell holds; a program that outlives us would keep it for ever, and one that
 * acts for a container could be led to it (CVE-2024-21626). There /dev/null goes in its place.
 */
export function withoutInherited<const Streams extends readonly ChildStream[]>(streams: Streams): [...Streams, ...('ignore' | number)[]] {
  const { fds, nothing } = (inherited ??= findInherited());
  const open = new Set(fds);
  const beyond = Math.max(0, ...fds.map((fd) => fd + 1 - streams.length));
  return [...streams, ...Array.from({ length: beyond }, (_, index) => (open.has(streams.length + index) ? nothing : 'ignore'))];
}

let inherited: { readonly fds: readonly number[]; readonly nothing: number } | undefined;

/** Whatever node opens itself is closed on exec: the rest was there before. */
function findInherited(): NonNullable<typeof inherited> {
  const fds = listDir('/proc/self/fd').map(Number).filter((fd) => fd > 2 && staysOpen(fd));
  return { fds, nothing: openSync('/dev/null', 'r+') };
}

const closeOnExec = 0o2000000;

function staysOpen(fd: number): boolean {
  const [, flags] = /^flags:\s*([0-7]+)$/m.exec(readTextIfExists(`/proc/self/fdinfo/${fd}`) ?? '') ?? [];
  return flags !== undefined && (Number.parseInt(flags, 8) & closeOnExec) === 0;
}
