import type { SavedPlan } from '../../src/plan/saved-plan.ts';
import type { Plan } from '../../src/plan/types.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';

/** A plan as it is saved on some host, with the processes that were there. */
export function savedFrom(plan: Plan, containers: readonly ObservedContainer[]): SavedPlan {
  const changing = new Set<string>(plan.changes.filter(({ action }) => action !== 'none').map(({ name }) => name));
  const running = containers.flatMap(({ name, process }) => (process !== undefined && changing.has(name) ? [[name, { pid: process.pid, startTime: process.startTime }] as const] : []));
  return {
    format: 'reconcile-plan',
    formatVersion: '1',
    savedAt: '2026-11-22T00:00:00.000Z',
    host: { name: 'host', id: 'abc', cgroupMode: 'unified' },
    instance: { root: '/run/reconcile', data: '/var/lib/reconcile', cgroupParent: 'reconcile' },
    paths: ['manifests'],
    options: { allowHazards: false, allowPrune: false },
    processes: Object.fromEntries(running),
    plan,
  };
}
