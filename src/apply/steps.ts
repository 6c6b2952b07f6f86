import equal from 'fast-deep-equal';
import { ReconcileError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Overlay } from '../host/rootfs/rootfs.ts';
import type { Step, StepKind } from '../plan/types.ts';
import type { ContainerName } from '../state/container-name.ts';
import type { ContainersByName, DesiredContainer } from '../state/desired.ts';
import type { BundleRecord } from '../state/observed.ts';
import type { AnnouncedValues } from '../state/resources.ts';
import { createContainer, prepareContainer, startContainer } from './create.ts';
import { removeContainer, stopContainer } from './remove.ts';

export interface StepContext {
  readonly host: Host;
  readonly desired: ContainersByName;
  /** Root filesystems that are ready, to be mounted by the `create` that follows. */
  readonly overlays: Map<ContainerName, Overlay>;
  readonly signal?: AbortSignal;
}

type StepOf<Kind extends StepKind> = Extract<Step, { readonly kind: Kind }>;

type StepTable = { readonly [Kind in StepKind]: (step: StepOf<Kind>, context: StepContext) => Promise<void> | void };

/** How each kind of step is carried out. A kind without an entry does not compile. */
const table: StepTable = {
  announce: ({ container, files }, { host }) => announceLimits(container, files, host),
  'write-limits': (step, { host, signal }) => host.cgroups.write(step.container, step.writes, signal),
  thaw: (step, { host }) => host.cgroups.thaw(step.container),
  'continue-monitor': (step, { host }) => host.runtime.continueMonitor(step.container),
  record: (step, context) => recordApplied(desiredOf(step.container, context), context.host),
  stop: (step, context) => stopContainer(step.container, context),
  remove: (step, context) => removeContainer(step, context),
  prepare: (step, context) => prepareContainer(desiredOf(step.container, context), step, context),
  create: (step, context) => createContainer(desiredOf(step.container, context), context),
  start: (step, context) => startContainer(step.container, context),
  'remove-jail': (step, { host }) => host.rootfs.removeJail(step.jail),
};

/** Carries out one step. Throws ReconcileError; what was done until then stays and the next pass sees it. */
export async function runStep(step: Step, context: StepContext): Promise<void> {
  const execute = table[step.kind] as (step: Step, context: StepContext) => Promise<void> | void;
  await execute(step, context);
}

function desiredOf(name: ContainerName, { desired }: StepContext): DesiredContainer {
  const container = desired.get(name);
  if (container !== undefined) return container;
  throw new ReconcileError('ERR_INTERNAL', `${name}: the plan has a step for it, the desired state does not`);
}

/** Notes what is about to be written, so that a run after one that is killed now knows it for its own. */
function announceLimits(name: ContainerName, files: AnnouncedValues, { bundles }: Host): void {
  changeRecord(name, bundles, (record) => ({ ...record, announced: files }));
}

/** Notes what is applied now, so that a later difference is known for drift. */
function recordApplied({ name, group, manifest, labels, annotations, spec }: DesiredContainer, { bundles }: Host): void {
  changeRecord(name, bundles, ({ announced: _written, ...record }) => ({ ...record, group, manifest, labels, annotations, spec }));
}

function changeRecord(name: ContainerName, bundles: Host['bundles'], change: (record: BundleRecord) => BundleRecord): void {
  const bundle = bundles.read(name);
  if (bundle === undefined || bundle === 'damaged') return;
  const record = change(bundle.record);
  // Drift that was healed leaves nothing new to note, and a file costs a hundred times what the limit did.
  if (!equal(record, bundle.record)) bundles.writeRecord(name, record);
}
