import { basename, dirname } from 'node:path';
import { hintOf } from '../../system-hint.ts';

/** An errno in words, what to do about it, and whether another try can help. */
export interface Explanation {
  readonly reason: string;
  readonly hint: string;
  readonly retryable: boolean;
}

export interface FailedWrite {
  readonly errno: string | undefined;
  readonly path: string;
  /** The directory is a cgroup2 one. */
  readonly unified: boolean;
}

/** What it means that the kernel refused a write to a cgroup file. */
export function explainWrite({ errno, path, unified }: FailedWrite): Explanation {
  if (errno === 'ENOENT') return explainMissing(path, unified);
  if (errno === 'EBUSY') return explainBusy(path);
  const known = errno === undefined ? undefined : writeReasons[errno];
  if (known !== undefined) return { ...known, reason: `${errno}, ${known.reason}` };
  return { reason: errno ?? 'unknown error', hint: 'see the cause', retryable: false };
}

/** What it means that a cgroup file cannot be read. */
export function explainRead(errno: string | undefined): Explanation {
  return { reason: errno ?? 'unknown error', hint: hintOf(errno), retryable: errno !== 'EACCES' && errno !== 'EPERM' };
}

const writeReasons: Readonly<Record<string, Explanation>> = {
  EINVAL: {
    reason: 'the kernel cannot parse the value, or it contradicts another file of this cgroup or of its parent',
    hint: 'compare with the parent: a limit may not exceed what its parent allows',
    retryable: false,
  },
  ERANGE: {
    reason: 'the value is outside what this file takes',
    hint: 'use a value within the range of the field; CPUs and memory nodes must exist on this host',
    retryable: false,
  },
  ENODEV: {
    reason: 'the cgroup is gone, or the block device does not exist',
    hint: 'look whether the container was removed meanwhile',
    retryable: true,
  },
  ENOSPC: {
    reason: 'a cpuset with processes cannot be emptied',
    hint: 'name at least one CPU and one memory node',
    retryable: false,
  },
  EACCES: {
    reason: 'permission denied, or a CPU or node that the parent cgroup does not have',
    hint: 'run as root; give the parent what its containers need',
    retryable: false,
  },
  EPERM: {
    reason: 'not permitted, even for this user',
    hint: 'run as root in the host\'s own namespaces',
    retryable: false,
  },
  EROFS: {
    reason: 'the cgroup file system is mounted read-only',
    hint: 'mount it read-write, or run outside a container',
    retryable: false,
  },
  ENOTSUP: {
    reason: 'the cgroup is threaded, or has processes beside threaded controllers',
    hint: 'look at cgroup.type of the cgroup and of its parent; choose another --cgroup-parent',
    retryable: false,
  },
};

function explainMissing(path: string, unified: boolean): Explanation {
  if (!unified) {
    return {
      reason: 'ENOENT, the cgroup is gone, or this kernel has no such file',
      hint: 'look whether the container was removed meanwhile',
      retryable: true,
    };
  }
  const controller = controllerOf(path);
  return {
    reason: `ENOENT, controller ${controller} is not enabled in ${dirname(dirname(path))}/cgroup.subtree_control`,
    hint: `write +${controller} to that file`,
    retryable: true,
  };
}

function explainBusy(path: string): Explanation {
  if (basename(path) === 'cgroup.subtree_control') {
    return {
      reason: 'EBUSY, the cgroup itself has processes, and then its children can have no controllers',
      hint: 'choose another --cgroup-parent, or move the processes into a child of that cgroup',
      retryable: true,
    };
  }
  if (basename(path).startsWith('cpuset.')) {
    return {
      reason: 'EBUSY, a cgroup below has CPUs or memory nodes that are not in the list',
      hint: 'narrow the cgroups below it first, or restart the container',
      retryable: true,
    };
  }
  return {
    reason: 'EBUSY, the cgroup uses more than that and the kernel could not reclaim enough',
    hint: 'raise the limit, or stop what uses it',
    retryable: true,
  };
}

function controllerOf(path: string): string {
  return basename(path).split('.', 1)[0] ?? '';
}
