import type { ContainerName } from '../state/container-name.ts';
import { byName } from '../state/desired.ts';
import type { ContainerSpec, DesiredContainer, DesiredState, RestartSpec } from '../state/desired.ts';
import type { ObservedContainer, ObservedState } from '../state/observed.ts';
import type { ResourceCodec, Resources } from '../state/resources.ts';
import { resourceFields } from '../state/resources.ts';
import type { Held } from './capacity-measures.ts';
import { normalizeResources } from './normalize.ts';
import { wantsRestart } from './restart-backoff.ts';
import type { Change } from './types.ts';

/** One container's part of the host, before and after its change. Undefined: it takes nothing. */
export interface Holding {
  readonly name: ContainerName;
  readonly group: string;
  readonly before: Held | undefined;
  readonly after: Held | undefined;
}

export interface HoldingsContext {
  readonly desired: DesiredState;
  readonly observed: ObservedState;
  readonly codec: ResourceCodec;
}

/**
 * What each container takes of the host. A container without a change, because the plan is not for it, counts as its
 * manifest asks, or as it is where no manifest names it. One that ended for good takes nothing.
 */
export function holdingsOf(changes: readonly Change[], { desired, observed, codec }: HoldingsContext): readonly Holding[] {
  const wanted = byName(desired);
  const present = new Map(observed.containers.filter(({ claim }) => claim === undefined).map((container) => [container.name, container]));
  const planned = new Set(changes.map(({ name }) => name));
  const elsewhere = new Set([...desired.containers.map(({ name }) => name), ...present.keys()].filter((name) => !planned.has(name)));
  return [
    ...changes.map((change) => holdingOf(change, { desired: wanted.get(change.name), present: present.get(change.name), observed, codec })),
    ...[...elsewhere].map((name) => {
      const asked = wanted.get(name);
      const held = asked === undefined ? heldBefore(present.get(name), codec) : heldBy(asked.spec);
      return { name, group: asked?.group ?? name, before: held, after: held };
    }),
  ];
}

interface HoldingContext {
  readonly desired: DesiredContainer | undefined;
  readonly present: ObservedContainer | undefined;
  readonly observed: ObservedState;
  readonly codec: ResourceCodec;
}

function holdingOf(change: Change, context: HoldingContext): Holding {
  const { name, group } = change;
  const before = heldBefore(context.present, context.codec);
  return { name, group, before, after: heldAfter(change, before, context) };
}

function heldBefore(observed: ObservedContainer | undefined, codec: ResourceCodec): Held | undefined {
  if (observed?.cgroup === undefined || !isHolding(observed, observed.bundle?.spec.restart)) return undefined;
  return {
    resources: codec.fromFiles(observed.cgroup.files),
    mounts: observed.bundle?.spec.mounts ?? [],
    writable: observed.layer,
  };
}

/** It runs, or will again. */
function isHolding({ process, status, exit }: ObservedContainer, restart: RestartSpec | undefined): boolean {
  if (process !== undefined) return true;
  return status === 'stopped' && restart !== undefined && wantsRestart(restart, exit);
}

function heldAfter(change: Change, before: Held | undefined, context: HoldingContext): Held | undefined {
  const { desired } = context;
  switch (change.action) {
    case 'none':
      return before;
    case 'delete':
      return undefined;
    case 'update':
      return before === undefined || desired === undefined ? before : heldUpdated(change, before, { ...context, desired });
    case 'create':
    case 'restart':
    case 'replace':
      return desired === undefined ? undefined : { ...heldBy(desired.spec), resources: resourcesAsked(desired, context) };
    default:
      return change.action satisfies never;
  }
}

/** Fields whose drift is only reported stay as they are. The manifest may also say now that a process which ended does not start again. */
function heldUpdated(
  { fields }: Change,
  before: Held,
  context: HoldingContext & { readonly desired: DesiredContainer },
): Held | undefined {
  const { present, desired } = context;
  if (present !== undefined && !isHolding(present, desired.spec.restart)) return undefined;
  const enforced = new Set(fields.filter((field) => field.enforced).map(({ path }) => path));
  const changed = resourceFields.filter((field) => enforced.has(`resources.${field}`));
  if (changed.length === 0) return before;
  const asked = resourcesAsked(desired, context);
  const resources: Resources = { ...before.resources, ...Object.fromEntries(changed.map((field) => [field, asked[field]])) };
  return { ...before, resources };
}

function resourcesAsked({ spec }: DesiredContainer, { observed, codec }: HoldingContext): Resources {
  return normalizeResources(spec.resources, observed.host, codec).resources;
}

function heldBy({ resources, mounts, rootfs }: ContainerSpec): Held {
  return { resources, mounts, writable: !rootfs.readonly };
}
