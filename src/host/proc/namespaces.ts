import { namespaceTypes } from '../../state/desired.ts';
import type { NamespaceType } from '../../state/desired.ts';
import { readProcLink } from './proc-file.ts';

export type NamespaceInodes = Readonly<Partial<Record<NamespaceType, number>>>;

/** Names of the links below /proc/PID/ns; see namespaces(7). */
const linkNames: Readonly<Record<NamespaceType, string>> = {
  mount: 'mnt',
  pid: 'pid',
  network: 'net',
  ipc: 'ipc',
  uts: 'uts',
  cgroup: 'cgroup',
};

/**
 * Inode of each namespace that the process is in; undefined where the process is gone. A type that the kernel
 * lacks has no key, nor have those that a process which ended has let go. Throws ERR_PROC_UNREADABLE.
 */
export function readNamespaces(pid: number): NamespaceInodes | undefined {
  return readLinks(`/proc/${pid}/ns`);
}

/** The namespaces that count as the host's: those we are in. */
export function hostNamespaces(): NamespaceInodes {
  return readLinks('/proc/self/ns') ?? {};
}

function readLinks(folder: string): NamespaceInodes | undefined {
  const inodes: Partial<Record<NamespaceType, number>> = {};
  let found = false;
  for (const type of namespaceTypes) {
    const inode = inodeOf(readProcLink(`${folder}/${linkNames[type]}`));
    if (inode === undefined) continue;
    inodes[type] = inode;
    found = true;
  }
  return found ? inodes : undefined;
}

/** From a text such as "mnt:[4026531841]". */
function inodeOf(link: string | undefined): number | undefined {
  if (link === undefined) return undefined;
  const inode = Number(link.slice(link.indexOf('[') + 1, -1));
  return Number.isSafeInteger(inode) && inode > 0 ? inode : undefined;
}
