import type { ContainerName } from '../state/container-name.ts';
import type {
  ContainerSpec,
  DesiredContainer,
  DriftSpec,
  ManifestPosition,
  Mount,
  Namespaces,
  Rootfs,
} from '../state/desired.ts';
import { compareTexts } from './diagnostic.ts';
import { parseDuration } from './duration.ts';
import { valueOf } from './fault.ts';
import type {
  Container,
  MountPoint,
  NamespaceModes,
  Process,
  Restart,
  Rootfs as ManifestRootfs,
  Spec,
} from './generated/container-types.ts';
import { parseBytes } from './quantity.ts';
import { resolveResources } from './resolve-resources.ts';
import { parseSignal } from './signal.ts';

/**
 * The containers that a valid manifest asks for: defaults filled in, units converted, replicas spelled
 * out, lists in an order of their own. Equal manifests give equal results.
 */
export function resolveContainer(container: Container, manifest: ManifestPosition): readonly DesiredContainer[] {
  const { metadata, spec } = container;
  const shared = resolveSpec(spec);
  const group = metadata.name;
  const labels = sorted(metadata.labels ?? {});
  const annotations = sorted(metadata.annotations ?? {});
  return namesOf(container).map((name) => ({
    name: name as ContainerName,
    group,
    manifest,
    labels,
    annotations,
    spec: { ...shared, hostname: spec.hostname ?? name },
  }));
}

/** `web`, or `web-0` and up where the manifest has replicas. */
export function namesOf({ metadata, spec }: Container): readonly string[] {
  if (spec.replicas === undefined) return [metadata.name];
  return Array.from({ length: spec.replicas }, (_, index) => `${metadata.name}-${index}`);
}

function resolveSpec(spec: Spec): Omit<ContainerSpec, 'hostname'> {
  const { mounts = [], restart = {}, stop = {}, drift = 'enforce' } = spec;
  return {
    rootfs: resolveRootfs(spec.rootfs),
    process: resolveProcess(spec.process),
    resources: resolveResources(spec.resources ?? {}),
    namespaces: resolveNamespaces(spec.namespaces ?? {}),
    mounts: resolveMounts(mounts),
    restart: resolveRestart(restart),
    stop: {
      signal: valueOf(parseSignal(stop.signal ?? 'TERM')),
      timeoutMs: valueOf(parseDuration(stop.timeout ?? '10s')),
    },
    drift: resolveDrift(drift),
  };
}

function resolveProcess({ args, env = {}, cwd = '/', user = {} }: Process): ContainerSpec['process'] {
  return { args: [...args], env: sorted(env), cwd, user: { uid: user.uid ?? 0, gid: user.gid ?? 0 } };
}

function resolveNamespaces(modes: NamespaceModes): Namespaces {
  const { network, pid = 'private', ipc = 'private', uts = 'private', cgroup = 'private' } = modes;
  return { mount: 'private', pid, network: network === 'host' ? 'host' : 'private', ipc, uts, cgroup };
}

function resolveRootfs({ path, jail, readonly = false }: ManifestRootfs): Rootfs {
  if (path !== undefined) return { path, readonly };
  const binaries = (jail?.binaries ?? []).toSorted(compareTexts);
  const files = (jail?.files ?? []).toSorted(compareTexts);
  return { jail: { binaries, files }, readonly };
}

/** Sorted by the parts of the target, so that a parent comes before what lies in it. */
function resolveMounts(mounts: readonly MountPoint[]): readonly Mount[] {
  return mounts.map(resolveMount).toSorted((a, b) => compareTexts(nestingKey(a.target), nestingKey(b.target)));
}

/** NUL sorts before all that can stand in a path: /a/b comes before /a-b. */
function nestingKey(target: string): string {
  return target.replaceAll('/', '\0');
}

function resolveMount({ type, source = '', target, readonly = false, size }: MountPoint): Mount {
  if (type !== 'tmpfs') return { type: 'bind', source, target, readonly };
  if (size === undefined) return { type, target, readonly };
  return { type, target, readonly, sizeBytes: Number(valueOf(parseBytes(String(size)))) };
}

function resolveRestart({ policy = 'always', backoff = {} }: Restart): ContainerSpec['restart'] {
  return {
    policy,
    backoff: {
      initialMs: valueOf(parseDuration(backoff.initial ?? '1s')),
      maxMs: valueOf(parseDuration(backoff.max ?? '5m')),
      resetAfterMs: valueOf(parseDuration(backoff.resetAfter ?? '10m')),
    },
  };
}

function resolveDrift(drift: NonNullable<Spec['drift']>): DriftSpec {
  if (typeof drift === 'string') return { default: drift, paths: {} };
  return { default: drift.default ?? 'enforce', paths: sorted(drift.paths ?? {}) };
}

/** A copy with an ordinary prototype and its keys in order. */
function sorted<T>(map: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(map).toSorted(([a], [b]) => compareTexts(a, b)));
}
