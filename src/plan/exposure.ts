import type { BindMount, DesiredContainer, NamespaceType } from '../state/desired.ts';
import type { HostFacts } from '../state/observed.ts';
import type { Action, FieldChange, Hazard } from './types.ts';

export interface ExposureContext {
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  readonly host: HostFacts;
}

/**
 * What of the host a container is given into its hands. It is told when the container is created and when its manifest
 * gives it more, not at each later change. Only what can break our own records waits for a flag: the rest is
 * what the manifest says in so many words.
 */
export function exposuresOf({ spec }: DesiredContainer, { action, fields, host }: ExposureContext): readonly Hazard[] {
  const asked = new Set(fields.filter(({ origin }) => origin === 'manifest').map(({ path }) => path));
  const isNew = (path: string): boolean => action === 'create' || asked.has(path);
  const shared = sharedNamespaces.filter(({ type }) => spec.namespaces[type] === 'host' && isNew(`namespaces.${type}`));
  const own = new Set(host.ownSources);
  return [
    ...shared.map(sharedNamespace),
    ...spec.mounts.flatMap((mount) =>
      mount.type === 'bind' && isNew(`mounts.${mount.target}`) ? (exposedPath(mount, own.has(mount.source)) ?? []) : [],
    ),
  ];
}

const sharedNamespaces: readonly { readonly type: NamespaceType; readonly cost: string }[] = [
  { type: 'network', cost: 'every address, port and abstract socket of the host' },
  { type: 'pid', cost: 'every process of the host, to be seen and, with its user id, signalled' },
  { type: 'ipc', cost: 'the shared memory and message queues of the host' },
];

function sharedNamespace({ type, cost }: (typeof sharedNamespaces)[number]): Hazard {
  return {
    code: 'host-namespace',
    path: `namespaces.${type}`,
    message: `the container shares the ${type} namespace of the host`,
    cost,
    hint: 'leave it private unless the program needs the host',
    blocking: false,
  };
}

function exposedPath({ source, target, readonly }: BindMount, own: boolean): Hazard | undefined {
  const path = `mounts.${target}`;
  if (controlSockets.has(source)) return controlSocket(path, source);
  if (readonly) return undefined;
  if (own) return ownFolder(path, source);
  const cost = sensitiveCost(source);
  return {
    code: cost === undefined ? 'writable-host-path' : 'sensitive-host-path',
    path,
    message: `${source} of the host is writable`,
    cost: cost ?? `whatever lies in ${source}`,
    hint: 'set readonly: true unless it must write there',
    blocking: false,
  };
}

function controlSocket(path: string, source: string): Hazard {
  return {
    code: 'sensitive-host-path',
    path,
    message: `${source} of the host controls it, also where it is mounted read-only`,
    cost: 'the whole host: whoever may connect can start a container that has all of it',
    hint: 'leave it out, or put a proxy before it that allows little',
    blocking: false,
  };
}

function ownFolder(path: string, source: string): Hazard {
  return {
    code: 'own-folder-writable',
    path,
    message: `${source} lies in --root or --data, which belong to reconcile, and is writable`,
    cost: 'the records and files of every container here, and with them the host',
    hint: 'set readonly: true, or keep the data elsewhere; to do it all the same, allow it with --allow-hazards',
    blocking: true,
    allowedBy: '--allow-hazards',
  };
}

/** Reading alone is enough to connect. */
const controlSockets: ReadonlySet<string> = new Set(
  ['docker.sock', 'containerd/containerd.sock', 'crio/crio.sock', 'podman/podman.sock', 'systemd/private'].flatMap(
    (name) => [`/run/${name}`, `/var/run/${name}`],
  ),
);

/** What a folder of the host holds, where it is more than data: it and, but for the first ones, all below it. */
const sensitiveFolders: readonly { readonly folders: readonly string[]; readonly exact?: true; readonly cost: string }[] = [
  { folders: ['/'], exact: true, cost: 'every file of the host' },
  { folders: ['/run', '/var', '/var/lib', '/var/run', '/home'], exact: true, cost: 'the files and sockets of other programs' },
  { folders: ['/proc', '/sys'], cost: 'settings of the kernel, for the whole host' },
  { folders: ['/dev'], cost: "the host's devices" },
  { folders: ['/etc', '/root', '/var/spool/cron'], cost: "the host's users, services and settings" },
  { folders: ['/boot', '/usr', '/bin', '/sbin', '/lib', '/lib64'], cost: 'programs that the host runs' },
];

function sensitiveCost(source: string): string | undefined {
  const within = (folder: string): boolean => source === folder || source.startsWith(`${folder}/`);
  return sensitiveFolders.find(({ folders, exact = false }) => folders.some((folder) => (exact ? source === folder : within(folder))))?.cost;
}
