import type { ObservedContainer } from '../state/observed.ts';
import type { FieldChange, Hazard } from './types.ts';

/** What could hurt if `fields` were applied to a running container. */
export function hazardsOf(observed: ObservedContainer, fields: readonly FieldChange[]): readonly Hazard[] {
  const hazards: Hazard[] = [];
  for (const field of fields) {
    if (!field.enforced) continue;
    const hazard = belowUsage(observed, field);
    if (hazard !== undefined) hazards.push(hazard);
  }
  if (observed.layer && fields.some((field) => field.enforced && field.effect === 'replace')) hazards.push(layerLost);
  return hazards;
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
      message: `${after} bytes is below the present usage of ${memoryBytes} bytes; the kernel may kill processes`,
      hint: 'set a higher limit, or allow it with --allow-hazards',
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
