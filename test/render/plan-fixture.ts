import { summarize } from '../../src/plan/plan.ts';
import type { Change, FieldChange, Plan, Step } from '../../src/plan/types.ts';
import type { ContainerName } from '../../src/state/container-name.ts';

/** A plan of these changes, with a summary that fits them. */
export function planOf(changes: readonly Change[], steps: readonly Step[] = []): Plan {
  return {
    formatVersion: '1',
    revision: 'abc123',
    host: { cgroupMode: 'hybrid', runtime: 'runc 1.1.5', runtimeReason: 'crun refuses hybrid cgroups' },
    changes,
    summary: summarize(changes),
    steps,
  };
}

export function changeOf(name: string, overrides: Partial<Change> = {}): Change {
  return {
    kind: 'Container',
    name: name as ContainerName,
    group: 'web',
    manifest: { file: 'manifests/web.yaml', line: 1 },
    action: 'create',
    reason: 'not-on-host',
    fields: [],
    hazards: [],
    refusals: [],
    ...overrides,
  };
}

export const memoryRaised: FieldChange = {
  path: 'resources.memory.max',
  before: 268435456,
  after: 536870912,
  effect: 'live',
  origin: 'manifest',
  enforced: true,
  kernel: { file: 'memory.limit_in_bytes', before: '268435456', after: '536870912' },
};
