import type { ContainerSpec, Mount } from '../../state/desired.ts';
import type { OciMount } from './oci-types.ts';

/**
 * The default mounts, then the manifest's with parents before what lies below them. A manifest's
 * mount takes the place of the default one at the same target.
 *
 * @param files targets of bind mounts whose source is no folder
 */
export function mountsOf(spec: Pick<ContainerSpec, 'namespaces' | 'mounts'>, files: ReadonlySet<string> = new Set()): OciMount[] {
  const asked = new Set(spec.mounts.map((mount) => mount.target));
  const sorted = spec.mounts.toSorted((a, b) => (a.target < b.target ? -1 : 1));
  return [...defaultMounts(spec).filter((mount) => !asked.has(mount.destination)), ...sorted.map((mount) => ociMount(mount, files.has(mount.target)))];
}

/** Where a container's mounts lie in its root filesystem, default ones included: these folders must exist. */
export function mountTargets(spec: Pick<ContainerSpec, 'namespaces' | 'mounts'>): string[] {
  return mountsOf(spec).map((mount) => mount.destination);
}

const strict = ['nosuid', 'noexec', 'nodev'] as const;

function defaultMounts({ namespaces }: Pick<ContainerSpec, 'namespaces'>): OciMount[] {
  return [
    { destination: '/proc', type: 'proc', source: 'proc', options: strict },
    {
      destination: '/dev',
      type: 'tmpfs',
      source: 'tmpfs',
      options: ['nosuid', 'noexec', 'strictatime', 'mode=755', 'size=65536k'],
    },
    {
      destination: '/dev/pts',
      type: 'devpts',
      source: 'devpts',
      options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620', 'gid=5'],
    },
    namespaces.ipc === 'private' ? privateShm : hostShm,
    { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options: strict },
    // Root may mount sysfs anew even where the network namespace is the host's.
    { destination: '/sys', type: 'sysfs', source: 'sysfs', options: [...strict, 'ro'] },
    { destination: '/sys/fs/cgroup', type: 'cgroup', source: 'cgroup', options: [...strict, 'relatime', 'ro'] },
  ];
}

const privateShm: OciMount = {
  destination: '/dev/shm',
  type: 'tmpfs',
  source: 'shm',
  options: [...strict, 'mode=1777', 'size=65536k'],
};

const hostShm: OciMount = {
  destination: '/dev/shm',
  type: 'bind',
  source: '/dev/shm',
  options: ['rbind', 'rprivate', ...strict],
};

function ociMount(mount: Mount, isFile: boolean): OciMount {
  if (mount.type === 'tmpfs') return tmpfsMount(mount);
  // The flags with r reach what is mounted below the source too: read-only is read-only all the way down (Linux 5.12).
  const recursive = ['rbind', 'rprivate', 'rnosuid', 'rnodev', mount.readonly ? 'rro' : 'rw'];
  // crun opens the target of such flags as a folder; below a file nothing is mounted.
  const options = isFile ? ['bind', 'rprivate', 'nosuid', 'nodev', mount.readonly ? 'ro' : 'rw'] : recursive;
  return { destination: mount.target, type: 'bind', source: mount.source, options };
}

function tmpfsMount(mount: Extract<Mount, { type: 'tmpfs' }>): OciMount {
  const size = mount.sizeBytes === undefined ? [] : [`size=${mount.sizeBytes}`];
  // Programs may run from it: the container can run what it writes to its own layer anyway.
  const options = ['nosuid', 'nodev', 'mode=1777', ...size, mount.readonly ? 'ro' : 'rw'];
  return { destination: mount.target, type: 'tmpfs', source: 'tmpfs', options };
}
