import { ReconcileError } from '../../errors.ts';
import type { ContainerSpec } from '../../state/desired.ts';
import { namespaceTypes } from '../../state/desired.ts';
import { mountsOf } from './oci-mounts.ts';
import type { OciCapabilities, OciDeviceRule, OciProcess, OciSeccomp, OciSpec } from './oci-types.ts';

export interface OciSpecOptions {
  readonly spec: ContainerSpec;
  /** Beneath the hierarchy's root: /reconcile/web-0 */
  readonly cgroupPath: string;
  readonly rootPath: string;
  readonly rootReadonly: boolean;
  /** Targets of bind mounts whose source is no folder; absent: none is. */
  readonly files?: ReadonlySet<string>;
  readonly seccomp?: OciSeccomp | undefined;
  /** The BPF program of `seccomp` in base64, where crun has made it before. */
  readonly seccompBpf?: string | undefined;
}

/** Podman's default set, less what no manifest can ask for yet. */
export const defaultCapabilities: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT',
];

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The config.json of a container. It carries no resource limits, which our cgroup driver writes, and no annotation of a
 * manifest, which crun would obey (run.oci.*). Throws ERR_HOST_UNSUPPORTED for the host's mount
 * namespace: runc then runs in the host's own root filesystem, and crun mounts into it.
 */
export function ociSpec(options: OciSpecOptions): OciSpec {
  const { spec } = options;
  const { namespaces } = spec;
  if (namespaces.mount === 'host') throw mountNamespaceError();
  const types = namespaceTypes.filter((type) => namespaces[type] === 'private');
  return {
    ociVersion: '1.0.2',
    process: ociProcess(spec),
    root: { path: options.rootPath, readonly: options.rootReadonly },
    ...(namespaces.uts === 'private' ? { hostname: spec.hostname } : {}),
    mounts: mountsOf(spec, options.files),
    ...(options.seccompBpf === undefined ? {} : { annotations: { 'run.oci.seccomp_bpf_data': options.seccompBpf } }),
    linux: {
      namespaces: types.map((type) => ({ type })),
      cgroupsPath: options.cgroupPath,
      resources: { devices: deviceRules },
      // A host mount that goes away is let go, none that comes is seen.
      rootfsPropagation: 'rslave',
      maskedPaths,
      readonlyPaths,
      ...(options.seccomp === undefined ? {} : { seccomp: options.seccomp }),
    },
  };
}

function mountNamespaceError(): ReconcileError {
  const message = 'namespaces.mount: host: a root filesystem needs a mount namespace of its own';
  return new ReconcileError('ERR_HOST_UNSUPPORTED', message, { hint: 'leave namespaces.mount out, or write private' });
}

/** The container's process; also the base of what `exec` adds. Its environment is sorted by name. */
export function ociProcess(spec: ContainerSpec): OciProcess {
  const { args, cwd, user } = spec.process;
  return {
    terminal: false,
    user: { ...user, umask: 0o022 },
    args,
    env: environmentOf(spec),
    cwd,
    capabilities: capabilitiesOf(user.uid),
    noNewPrivileges: true,
  };
}

function environmentOf(spec: ContainerSpec): string[] {
  const defaults = { PATH: defaultPath, ...(spec.namespaces.uts === 'private' ? { HOSTNAME: spec.hostname } : {}) };
  return Object.entries({ ...defaults, ...spec.process.env })
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

function capabilitiesOf(uid: number): OciCapabilities {
  const held = uid === 0 ? defaultCapabilities : [];
  return { bounding: defaultCapabilities, effective: held, permitted: held, inheritable: [], ambient: [] };
}

const deviceRules: readonly OciDeviceRule[] = [
  { allow: false, access: 'rwm' },
  // null, zero, full, random, urandom
  ...[3, 5, 7, 8, 9].map((minor) => ({ allow: true, type: 'c', major: 1, minor, access: 'rwm' }) as const),
  // tty, console, ptmx
  ...[0, 1, 2].map((minor) => ({ allow: true, type: 'c', major: 5, minor, access: 'rwm' }) as const),
  // pts
  { allow: true, type: 'c', major: 136, access: 'rwm' },
];

/** As Podman 4.3 masks (pkg/specgen/generate/config_linux.go), and what shows the work of others by its timing. */
const maskedPaths: readonly string[] = [
  '/proc/acpi',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/fs/selinux',
  '/sys/dev/block',
  '/proc/interrupts',
  '/sys/devices/virtual/powercap',
];

const readonlyPaths: readonly string[] = [
  '/proc/asound',
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
];
