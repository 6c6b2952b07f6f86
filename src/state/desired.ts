import type { ContainerName } from './container-name.ts';
import type { Resources } from './resources.ts';

/** What the manifests ask, fully resolved: defaults filled in, units converted, replicas spelled out. */
export interface DesiredState {
  /** Content id of the source: a git commit or a directory's hash. */
  readonly revision: string;
  /** Sorted by name. */
  readonly containers: readonly DesiredContainer[];
  /** False where a file could not be read or was refused: a missing container proves nothing then. */
  readonly complete: boolean;
}

/** Where the container of each name is among those of a state. */
type Places = ReadonlyMap<ContainerName, number>;

const known = new WeakMap<DesiredState, Places>();

/** Worked out once for each state: a watch asks for one of a thousand again and again. */
function placesIn(desired: DesiredState): Places {
  const found = known.get(desired);
  if (found !== undefined) return found;
  const places = new Map<ContainerName, number>();
  for (let place = 0; place < desired.containers.length; place += 1) places.set((desired.containers[place] as DesiredContainer).name, place);
  known.set(desired, places);
  return places;
}

/** The containers of a state by their names. */
export interface ContainersByName {
  get(name: ContainerName): DesiredContainer | undefined;
  has(name: ContainerName): boolean;
  values(): Iterable<DesiredContainer>;
}

export function byName(desired: DesiredState): ContainersByName {
  const places = placesIn(desired);
  return {
    get(name) {
      const place = places.get(name);
      return place === undefined ? undefined : desired.containers[place];
    },
    has: (name) => places.has(name),
    values: () => desired.containers,
  };
}

/** `desired` at another revision, with `containers` for those of their names, all of which it has. Costs a copy of an array. */
export function withContainers(desired: DesiredState, revision: string, containers: readonly DesiredContainer[]): DesiredState {
  const places = placesIn(desired);
  const all = [...desired.containers];
  for (const container of containers) {
    const place = places.get(container.name);
    if (place !== undefined) all[place] = container;
  }
  const next: DesiredState = { ...desired, revision, containers: all };
  known.set(next, places);
  return next;
}

/** Those of `names` that the manifests ask for, in their order. */
export function containersNamed(desired: DesiredState, names: Iterable<ContainerName>): readonly DesiredContainer[] {
  const index = byName(desired);
  return [...names].sort().flatMap((name) => index.get(name) ?? []);
}

export interface DesiredContainer {
  readonly name: ContainerName;
  /** `metadata.name` of the manifest: shared by its replicas. */
  readonly group: string;
  readonly manifest: ManifestPosition;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ContainerSpec;
}

export interface ManifestPosition {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** One container as the manifest asks for it. It survives JSON unchanged. */
export interface ContainerSpec {
  readonly rootfs: Rootfs;
  readonly process: ProcessSpec;
  readonly hostname: string;
  readonly resources: Resources;
  readonly namespaces: Namespaces;
  readonly mounts: readonly Mount[];
  readonly restart: RestartSpec;
  readonly stop: StopSpec;
  readonly drift: DriftSpec;
}

export type Rootfs = PathRootfs | JailRootfs;

export interface PathRootfs {
  /** Absolute path of a folder on the host, never written to. */
  readonly path: string;
  readonly readonly: boolean;
}

export interface JailRootfs {
  readonly jail: Jail;
  readonly readonly: boolean;
}

/** A root filesystem made of the host's own files. */
export interface Jail {
  /** Absolute paths of programs; the libraries and the loader they need come with them. */
  readonly binaries: readonly string[];
  /** Absolute paths of files and folders, taken as they are. */
  readonly files: readonly string[];
}

export interface ProcessSpec {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly user: { readonly uid: number; readonly gid: number };
}

export type NamespaceType = 'mount' | 'pid' | 'network' | 'ipc' | 'uts' | 'cgroup';

export const namespaceTypes: readonly NamespaceType[] = ['mount', 'pid', 'network', 'ipc', 'uts', 'cgroup'];

export type NamespaceMode = 'private' | 'host';

export type Namespaces = Readonly<Record<NamespaceType, NamespaceMode>>;

export type Mount = BindMount | TmpfsMount;

export interface BindMount {
  readonly type: 'bind';
  /** Absolute path on the host. */
  readonly source: string;
  /** Absolute path in the container. */
  readonly target: string;
  readonly readonly: boolean;
}

export interface TmpfsMount {
  readonly type: 'tmpfs';
  readonly target: string;
  readonly readonly: boolean;
  /** Absent: the kernel's default, half of the memory. */
  readonly sizeBytes?: number;
}

export interface RestartSpec {
  readonly policy: 'always' | 'on-failure' | 'never';
  readonly backoff: { readonly initialMs: number; readonly maxMs: number; readonly resetAfterMs: number };
}

export interface StopSpec {
  /** Without SIG: TERM, INT, USR1 … */
  readonly signal: string;
  readonly timeoutMs: number;
}

export type DriftMode = 'enforce' | 'report' | 'ignore';

export interface DriftSpec {
  readonly default: DriftMode;
  /** By field path or a prefix of one: `resources.memory` covers `resources.memory.max`. */
  readonly paths: Readonly<Record<string, DriftMode>>;
}
