import type { Host } from '../host/host.ts';
import type { DesiredContainer, DesiredState } from '../state/desired.ts';

/** The desired state that the bundles remember: what was applied last. */
export function appliedState({ bundles }: Host): DesiredState {
  const containers: DesiredContainer[] = [];
  for (const name of bundles.list()) {
    const bundle = bundles.read(name);
    if (bundle === undefined || bundle === 'damaged') continue;
    const { group, manifest, labels, annotations, spec } = bundle.record;
    containers.push({ name, group, manifest, labels, annotations, spec });
  }
  return { revision: 'applied', containers, complete: true };
}
