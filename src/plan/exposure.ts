import type { BindMount, DesiredContainer, NamespaceType } from '../state/desired.ts';
import type { HostFacts } from '../state/observed.ts';
import { isWithin } from '../state/path.ts';
import type { Action, FieldChange, Hazard } from './types.ts';

export interface ExposureContext {
  readonly action: Action;
  readonly fields: readonly FieldChange[];
  readonly host: HostFacts;
  /** Where links led from sources when the container was made; absent: there is none, or no source was a link. */
  readonly ledBefore?: Readonly<Record<string, string>> | undefined;
  /** Absolute paths of which, and of all below them, whoever runs this lets containers mount even what is refused else. */
  readonly allowedMounts: readonly string[];
}

/**
 * What of the host a container is given into its hands. It is told when the container is created, when its manifest
 * gives it more, and when it is made anew while a link leads elsewhere than before, not at each later change. What gives
 * the whole host away, or our own records, waits for a flag: the rest is what the manifest says in so many words.
 */
export function exposuresOf({ spec }: DesiredContainer, { action, fields, host, ledBefore = {}, allowedMounts }: ExposureContext): readonly Hazard[] {
  const asked = new Set(fields.filter(({ origin }) => origin === 'manifest').map(({ path }) => path));
  const isNew = (path: string): boolean => action === 'create' || asked.has(path);
  const shared = sharedNamespaces.filter(({ type }) => spec.namespaces[type] === 'host' && isNew(`namespaces.${type}`));
  const own = new Set(host.ownSources);
  const placeOf = ({ source }: BindMount): string => host.sourceTargets?.[source] ?? source;
  const isMoved = (mount: BindMount): boolean => action !== 'update' && placeOf(mount) !== (ledBefore[mount.source] ?? mount.source);
  const exposed = (mount: BindMount): Hazard | undefined => {
    const place = placeOf(mount);
    const hazard = exposedPath(mount, place, own.has(mount.source));
    return hazard?.blocking === true && isWithin(place, allowedMounts) ? { ...withoutFlag(hazard), blocking: false } : hazard;
  };
  return [
    ...shared.map(sharedNamespace),
    ...spec.mounts.flatMap((mount) =>
      mount.type === 'bind' && (isNew(`mounts.${mount.target}`) || isMoved(mount)) ? (exposed(mount) ?? []) : [],
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

/** @param place where links lead from the source */
function exposedPath({ source, target, readonly }: BindMount, place: string, own: boolean): Hazard | undefined {
  const path = `mounts.${target}`;
  if (controlSockets.has(source) || controlSockets.has(place)) return controlSocket(path, source);
  if (own) return ownFolder(path, source, readonly);
  const refused = refusedFolders.find(({ folders, exact = false }) => (exact ? folders.includes(place) : isWithin(place, folders)));
  if (refused !== undefined) return refusedPath({ path, shown: place === source ? source : `${source}, which leads to ${place},`, readonly, cost: refused.cost });
  if (readonly) return undefined;
  const cost = sensitiveCost(place);
  return {
    code: cost === undefined ? 'writable-host-path' : 'sensitive-host-path',
    path,
    message: `${source} of the host is writable`,
    cost: cost ?? `whatever lies in ${source}`,
    hint: 'set readonly: true unless it must write there',
    blocking: false,
  };
}

const allowed = { blocking: true, allowedBy: '--allow-mounts' } as const;

function withoutFlag({ allowedBy: _flag, ...hazard }: Hazard): Hazard {
  return hazard;
}

function refusedPath({ path, shown, readonly, cost }: { readonly path: string; readonly shown: string; readonly readonly: boolean; readonly cost: string }): Hazard {
  return {
    code: 'sensitive-host-path',
    path,
    message: `${shown} of the host is shown to the container${readonly ? '' : ', and is writable'}`,
    cost,
    hint: 'mount a folder of its own; or list the path in a file of root, and allow it with --allow-mounts FILE',
    ...allowed,
  };
}

function controlSocket(path: string, source: string): Hazard {
  return {
    code: 'sensitive-host-path',
    path,
    message: `${source} of the host controls it, also where it is mounted read-only`,
    cost: 'the whole host: whoever may connect can start a container that has all of it',
    hint: 'leave it out, or put a proxy before it that allows little; or list it in a file of root, and allow it with --allow-mounts FILE',
    ...allowed,
  };
}

function ownFolder(path: string, source: string, readonly: boolean): Hazard {
  return {
    code: readonly ? 'sensitive-host-path' : 'own-folder-writable',
    path,
    message: `${source} lies in, or holds, --root, --data or the manifests, which belong to reconcile${readonly ? '' : ', and is writable'}`,
    cost: readonly ? 'the secrets of every container here' : 'the records and files of every container here, and with them the host',
    hint: 'keep the data elsewhere; or list the path in a file of root, and allow it with --allow-mounts FILE',
    ...allowed,
  };
}

/** Reading alone is enough to connect. */
const controlSockets: ReadonlySet<string> = new Set(
  ['docker.sock', 'containerd/containerd.sock', 'crio/crio.sock', 'podman/podman.sock', 'systemd/private'].flatMap(
    (name) => [`/run/${name}`, `/var/run/${name}`],
  ),
);

/** What no container is shown unless that is allowed, also read-only. */
const refusedFolders: typeof sensitiveFolders = [
  { folders: ['/'], exact: true, cost: 'every file of the host' },
  { folders: ['/run', '/var/run'], cost: 'the sockets of other programs, of which many do what they are told' },
  { folders: ['/proc', '/sys'], cost: 'settings and state of the kernel, for the whole host' },
  { folders: ['/dev'], cost: "the host's devices" },
];

/** What a folder of the host holds, where it is more than data: it and, but for the first ones, all below it. */
const sensitiveFolders: readonly { readonly folders: readonly string[]; readonly exact?: true; readonly cost: string }[] = [
  { folders: ['/var', '/var/lib', '/home'], exact: true, cost: 'the files and sockets of other programs' },
  { folders: ['/etc', '/root', '/var/spool/cron'], cost: "the host's users, services and settings" },
  { folders: ['/boot', '/usr', '/bin', '/sbin', '/lib', '/lib64'], cost: 'programs that the host runs' },
];

function sensitiveCost(source: string): string | undefined {
  return sensitiveFolders.find(({ folders, exact = false }) => (exact ? folders.includes(source) : isWithin(source, folders)))?.cost;
}
