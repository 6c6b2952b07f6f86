import type { ObservedContainer } from '../state/observed.ts';
import { gravestEffect } from './replaceability.ts';
import type { FieldChange, Hazard } from './types.ts';

/** What could hurt if `fields` were applied to a running container. A new process does not use what the old one did. */
export function hazardsOf(observed: ObservedContainer, fields: readonly FieldChange[]): readonly Hazard[] {
  const enforced = fields.filter((field) => field.enforced);
  const effect = gravestEffect(enforced.map((field) => field.effect));
  if (effect === 'live') return enforced.flatMap((field) => belowUsage(observed, field) ?? []);
  return effect === 'replace' && observed.layer ? [layerLost] : [];
}

const layerLost: Hazard = {
  code: 'writable-layer-lost',
  path: 'rootfs',
  message: 'what the container wrote to its root filesystem is removed',
  hint: 'keep data on a mount',
  blocking: false,
};

function belowUsage({ cgroup, process }: ObservedContainer, field: FieldChange): Hazard | undefined {
  const { path, after } = field;
  if (process === undefined || cgroup === undefined || typeof after !== 'number') return undefined;
  const { memoryBytes = 0, tasks = 0 } = cgroup.usage;
  if (path === 'resources.memory.max' && after < memoryBytes) {
    return {
      code: 'memory-below-usage',
      path,
      message: `${after} bytes is below the present usage of ${memoryBytes} bytes; what cannot be reclaimed would be killed`,
      hint: 'set a higher limit, or let the kernel reclaim what it can with --allow-hazards: it fails where that is too little',
      blocking: true,
    };
  }
  if (path === 'resources.pids.max' && after < tasks) {
    return {
      code: 'pids-below-usage',
      path,
      message: `${after} is below the present ${tasks} tasks; none ends, but none can be added`,
      hint: 'set a higher limit',
      blocking: false,
    };
  }
  return undefined;
}
