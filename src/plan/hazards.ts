import type { LayerUsage, ObservedContainer } from '../state/observed.ts';
import { gravestEffect } from './replaceability.ts';
import { roundBytes } from './round-bytes.ts';
import type { FieldChange, Hazard } from './types.ts';

/** What could hurt if `fields` were applied to a running container. A new process does not use what the old one did. */
export function hazardsOf(observed: ObservedContainer, fields: readonly FieldChange[]): readonly Hazard[] {
  const enforced = fields.filter((field) => field.enforced);
  const effect = gravestEffect(enforced.map((field) => field.effect));
  if (effect === 'live') return enforced.flatMap((field) => belowUsage(observed, field) ?? []);
  return effect === 'replace' && observed.layer ? layerLost(observed.layerUsage) : [];
}

function layerLost(usage: LayerUsage | undefined): Hazard[] {
  if (usage?.complete === true && usage.files === 0) return [];
  return [
    {
      code: 'writable-layer-lost',
      path: 'rootfs',
      message: 'what the container wrote to its root filesystem is removed',
      cost: usage === undefined ? 'all that it wrote since it was created' : amountOf(usage),
      hint: 'keep data on a mount',
      blocking: false,
    },
  ];
}

function amountOf({ files, bytes, complete }: LayerUsage): string {
  if (files === 0) return 'more folders than were looked into';
  const counted = `${files} ${files === 1 ? 'file' : 'files'}, ${roundBytes(bytes)}`;
  return complete ? counted : `more than ${counted}`;
}

function belowUsage({ cgroup, process }: ObservedContainer, field: FieldChange): Hazard | undefined {
  const { path, after } = field;
  if (process === undefined || cgroup === undefined || typeof after !== 'number' || isRaised(field) || field.kernel === undefined) return undefined;
  if (cgroup.usage === undefined) return unmeasured(path, after);
  const { memoryBytes = 0, tasks = 0 } = cgroup.usage;
  if (path === 'resources.memory.max' && after < memoryBytes) {
    return {
      code: 'memory-below-usage',
      path,
      message: `${after} bytes is below the present usage of ${memoryBytes} bytes; what cannot be reclaimed would be killed`,
      cost: `${roundBytes(memoryBytes - after)} of memory in use, and maybe the processes that use it`,
      hint: 'set a higher limit, or let the kernel reclaim what it can with --allow-hazards: it fails where that is too little',
      blocking: true,
      allowedBy: '--allow-hazards',
    };
  }
  if (path === 'resources.pids.max' && after < tasks) {
    return {
      code: 'pids-below-usage',
      path,
      message: `${after} is below the present ${tasks} tasks; none ends, but none can be added`,
      cost: `no new process or thread until ${tasks - after + 1} of ${tasks} have ended`,
      hint: 'set a higher limit',
      blocking: false,
    };
  }
  return undefined;
}

/** Whatever is in use: it was above a lower limit before. */
function isRaised({ before, after }: FieldChange): boolean {
  return typeof before === 'number' && typeof after === 'number' && before <= after;
}

/** Usage that nobody measured is not 0: the limit waits until somebody has. */
function unmeasured(path: string, after: number): Hazard | undefined {
  const code = belowUsageCodes[path];
  if (code === undefined) return undefined;
  return {
    code,
    path,
    message: `${after} may be below the present usage, which was not measured`,
    cost: 'not known',
    hint: 'plan again',
    blocking: true,
    allowedBy: '--allow-hazards',
  };
}

const belowUsageCodes: Readonly<Record<string, Hazard['code']>> = {
  'resources.memory.max': 'memory-below-usage',
  'resources.pids.max': 'pids-below-usage',
};
