import type { BundleRecord, ObservedContainer, ObservedState } from '../state/observed.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';
import { openSealer } from '../state/seal.ts';
import type { Sealer } from '../state/seal.ts';
import type { Snapshot } from '../state/snapshot.ts';

/** Two states that can be compared although only one of them knows the secrets. */
export interface SnapshotWorld {
  /** Its environment variables are sealed as those of the snapshot are. */
  readonly desired: DesiredState;
  readonly observed: ObservedState;
}

/** What a plan for `desired` against the snapshot's host compares. Whatever nobody looked for there is `unseen`. */
export function worldOf(snapshot: Snapshot, desired: DesiredState): SnapshotWorld {
  const { observed, asked } = snapshot;
  const seal = openSealer(snapshot.seal);
  const present = new Map<string, ObservedContainer>(observed.containers.map((container) => [container.name, container]));
  const containers = desired.containers.map((container) => sealEnv(container, present.get(container.name)?.bundle, seal));
  const unseen = unseenBy(asked, desired);
  return { desired: { ...desired, containers }, observed: { ...observed, host: { ...observed.host, unseen } } };
}

/** A variable that the snapshot does not have differs whatever its value: sealing it would only take time. */
function sealEnv(container: DesiredContainer, bundle: BundleRecord | undefined, seal: Sealer): DesiredContainer {
  const { spec } = container;
  const before = bundle?.spec.process.env ?? {};
  const env = Object.entries(spec.process.env).map(([name, value]) => [name, name in before ? seal(name, value) : ''] as const);
  return { ...container, spec: { ...spec, process: { ...spec.process, env: Object.fromEntries(env) } } };
}

function unseenBy(asked: Snapshot['asked'], { containers }: DesiredState): Snapshot['asked'] {
  const devices = containers.flatMap(({ spec }) => (spec.resources['io.max'] ?? []).map(({ device }) => device));
  const sources = containers.flatMap(({ spec }) => spec.mounts.flatMap((mount) => (mount.type === 'bind' ? [mount.source] : [])));
  return { devices: without(devices, asked.devices), sources: without(sources, asked.sources) };
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const seen = new Set(known);
  return [...new Set(all)].filter((each) => !seen.has(each)).sort();
}
