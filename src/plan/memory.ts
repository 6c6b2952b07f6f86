import equal from 'fast-deep-equal';
import type { DesiredContainer } from '../state/desired.ts';
import type { HostFacts, ObservedContainer, RootfsFacts } from '../state/observed.ts';
import type { ResourceCodec } from '../state/resources.ts';
import type { Change } from './types.ts';

/** All on which it rests that a container stays as it is. */
export interface Grounds {
  readonly desired: DesiredContainer;
  readonly observed: ObservedContainer;
  readonly rootfs: RootfsFacts | undefined;
}

/**
 * The containers that were found to stay as they are. Whoever plans again and again has most of them in each plan: while
 * all that it rests on is the same object, so is the verdict. It changes no plan, only the time that one takes.
 */
export interface PlanMemory {
  /** A plan begins: what is known of another host or another translation counts no more. */
  begin(host: HostFacts, codec: ResourceCodec): void;
  recall(grounds: Grounds): Change | undefined;
  keep(grounds: Grounds, change: Change): void;
}

export function openPlanMemory(): PlanMemory {
  let known = new WeakMap<DesiredContainer, Grounds & { readonly change: Change }>();
  let last: { readonly host: HostFacts; readonly codec: ResourceCodec } | undefined;
  return {
    begin(host, codec) {
      if (last === undefined || last.codec !== codec || !isSameHost(last.host, host)) known = new WeakMap();
      last = { host, codec };
    },
    recall({ desired, observed, rootfs }) {
      const found = known.get(desired);
      return found?.observed === observed && found.rootfs === rootfs ? found.change : undefined;
    },
    keep(grounds, change) {
      if (isQuiet(change)) known.set(grounds.desired, { ...grounds, change });
    },
  };
}

/** What there is to share out changes from moment to moment, and is judged for all containers together. */
function isSameHost({ capacity: _one, ...one }: HostFacts, { capacity: _other, ...other }: HostFacts): boolean {
  return equal(one, other);
}

/** Whatever options a plan is made with, it would say the same. */
function isQuiet({ reason, fields, hazards, refusals, knownAtApply }: Change): boolean {
  return reason === 'unchanged' && fields.length === 0 && hazards.length === 0 && refusals.length === 0 && knownAtApply === undefined;
}
