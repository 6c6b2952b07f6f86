/** What the units of one instance are made from. Every path is absolute. */
export interface ServiceOptions {
  /** Program and first arguments, such as node and a script. */
  readonly program: readonly string[];
  readonly root: string;
  readonly data: string;
  /** Here below the unit of the containers: what names a unit of systemd is left out. */
  readonly cgroupParent: string;
  readonly runtime: string;
  /** Further flags of the watch. */
  readonly flags: readonly string[];
  /** Where the manifests are. */
  readonly paths: readonly string[];
}

export interface UnitFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The two units of a watch that systemd keeps. They are two, because neither systemd before 254 nor the kernel starts a
 * process in a cgroup whose controllers are enabled for those below: a service that held the containers itself could not
 * be started again over them (219/CGROUP). So the containers have a unit of their own, which a restart of the watch
 * leaves alone.
 */
export function systemdUnits(options: ServiceOptions): readonly UnitFile[] {
  const parent = withoutUnits(options.cgroupParent);
  const ending = `${instanceEnding(parent)}.service`;
  const holder = `reconcile-containers${ending}`;
  return [
    { name: `reconcile${ending}`, text: watchUnit({ ...options, cgroupParent: `system.slice/${holder}/${parent}` }, holder) },
    { name: holder, text: holderUnit() },
  ];
}

function withoutUnits(cgroupParent: string): string {
  const parts = cgroupParent.split('/').filter((part) => !/\.(slice|service|scope)$/.test(part));
  return parts.length === 0 ? 'reconcile' : parts.join('/');
}

/** Instances differ in their cgroup's parent; so do the names of their units. No part of a parent has a `_`. */
function instanceEnding(cgroupParent: string): string {
  return cgroupParent === 'reconcile' ? '' : `_${cgroupParent.replaceAll('/', '_')}`;
}

function watchUnit({ program: [executable = '', ...first], ...options }: ServiceOptions, holder: string): string {
  const { root, data, cgroupParent, runtime, flags, paths } = options;
  const args = [
    ...[...first, 'watch', '--root', root, '--data', data],
    ...['--cgroup-parent', cgroupParent, '--runtime', runtime, ...flags, '--', ...paths],
  ];
  return `# The watch. Stopping, restarting or losing it leaves the containers as they are.
[Unit]
Description=reconcile: containers as manifests say
Requires=${holder}
After=${holder} network.target
RequiresMountsFor=${[root, data, ...paths].map(quoted).join(' ')}
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart=${[quoted(executable), ...args.map(argument)].join(' ')}
Restart=always
RestartSec=2s
# What it compiles in goes back to the kernel, as its launcher has it: mallopt(3), M_MMAP_THRESHOLD.
Environment=MALLOC_MMAP_THRESHOLD_=16384
WatchdogSec=30s
# It may be killed at any instant, and a core would hold what manifests keep secret.
WatchdogSignal=SIGKILL
# Each container's monitor lives here and goes on.
KillMode=process
OOMPolicy=continue
# What takes the memory goes first. conmon starts the containers with 0, and has -1000 itself.
OOMScoreAdjust=-500
# Itself and its monitors, where system.slice may keep as much: see systemctl edit system.slice.
MemoryMin=128M
MemoryLow=512M
TasksMax=infinity
# Nothing that gives it mounts of its own (ProtectSystem=, PrivateTmp=): the host must see those of the containers.

[Install]
WantedBy=multi-user.target
`;
}

function holderUnit(): string {
  return `# The cgroup of the containers, which systemd leaves to the watch. Stopping this unit stops the containers.
[Unit]
Description=Containers that reconcile keeps

[Service]
# The watch knows the cgroup by this name.
Slice=system.slice
Delegate=yes
# systemd removes an empty cgroup, so a process stays in it: in a child, since on cgroup v2 none may be where
# controllers are enabled for those below.
ExecStart=/bin/sleep infinity
ExecStartPost=/bin/sh -c 'cd /sys/fs/cgroup/system.slice/%n 2>/dev/null || exit 0; mkdir -p keeper && echo $MAINPID >keeper/cgroup.procs'
Restart=always
# It ends with its last process, whichever that is.
ExitType=cgroup
# SIGTERM to all, and SIGKILL after this: also at shutdown.
TimeoutStopSec=10s
OOMPolicy=continue
TasksMax=infinity
`;
}

/** One word of a setting: systemd.syntax(7), with the specifiers of systemd.unit(5) escaped. */
function quoted(word: string): string {
  const text = word.replaceAll('%', '%%');
  return /^[\p{L}\p{N}_@/.,:=+%-]+$/u.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** One argument of a command line, where systemd would take $ for a variable. */
function argument(word: string): string {
  return quoted(word).replaceAll('$', '$$$$');
}
