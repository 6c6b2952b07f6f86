import equal from 'fast-deep-equal';
import type { ObservedContainer } from '../state/observed.ts';
import { subjectOf } from './order.ts';
import type { SavedPlan } from './saved-plan.ts';
import type { Action, Change, FieldChange, Plan, Step } from './types.ts';

/** One thing that is no longer as it was when a plan was saved. `was` or `now` is absent where there was, or is, nothing. */
export type StaleFact =
  | { readonly about: 'revision' | 'cgroup-mode' | 'runtime'; readonly was: string; readonly now: string }
  | { readonly about: 'action'; readonly container: string; readonly was?: Action; readonly now?: Action }
  | { readonly about: 'process'; readonly container: string; readonly was?: number; readonly now?: number }
  /** What the host shows in a field. */
  | { readonly about: 'field'; readonly container: string; readonly path: string; readonly was?: unknown; readonly now?: unknown }
  /** What the manifest asks for a field. */
  | { readonly about: 'asked'; readonly container: string; readonly path: string; readonly was?: unknown; readonly now?: unknown }
  /** The id of the root filesystem that a new process would get. */
  | { readonly about: 'rootfs'; readonly container: string; readonly was: string; readonly now: string }
  /** Where the source of a bind mount leads. */
  | { readonly about: 'source'; readonly container: string; readonly source: string; readonly was: string; readonly now: string }
  | { readonly about: 'steps'; readonly subject: string; readonly was: readonly Step[]; readonly now: readonly Step[] };

/** What was found when the plan was made again, from a fresh look. */
export interface FreshPlan {
  readonly plan: Plan;
  readonly observed: { readonly host: { readonly cgroupMode: string }; readonly containers: readonly ObservedContainer[] };
}

/**
 * Everything on which a saved plan rests and that is different now; empty where the fresh plan has exactly its
 * steps, for the same processes. What changes of itself and decides nothing does not count: usage, the pids
 * of containers that stay as they are.
 */
export function staleFacts(saved: SavedPlan, fresh: FreshPlan): readonly StaleFact[] {
  const named = [...worldFacts(saved, fresh), ...containerFacts(saved, fresh), ...preparedFacts(saved.plan.steps, fresh.plan.steps)];
  // Whatever has no words of its own: a saved plan never passes with other steps.
  const stepsDiffer = !equal(saved.plan.steps, fresh.plan.steps);
  return named.length === 0 && stepsDiffer ? stepFacts(saved.plan.steps, fresh.plan.steps) : named;
}

function worldFacts({ host, plan }: SavedPlan, fresh: FreshPlan): StaleFact[] {
  const facts = [
    { about: 'revision', was: plan.revision, now: fresh.plan.revision } as const,
    { about: 'cgroup-mode', was: host.cgroupMode, now: fresh.observed.host.cgroupMode } as const,
    { about: 'runtime', was: plan.host.runtime, now: fresh.plan.host.runtime } as const,
  ];
  return facts.filter(({ about, was, now }) => was !== now && (about !== 'runtime' || (isVersioned(was) && isVersioned(now))));
}

/** A plan may be made where nobody has asked the runtime for its version yet. */
function isVersioned(runtime: string): boolean {
  return / \d/.test(runtime);
}

function containerFacts(saved: SavedPlan, fresh: FreshPlan): StaleFact[] {
  const before = new Map<string, Change>(saved.plan.changes.map((change) => [change.name, change]));
  const after = new Map<string, Change>(fresh.plan.changes.map((change) => [change.name, change]));
  const present = new Map<string, ObservedContainer>(fresh.observed.containers.map((container) => [container.name, container]));
  const sameManifests = saved.plan.revision === fresh.plan.revision;
  return [...new Set([...before.keys(), ...after.keys()])].sort().flatMap((container) => {
    const [was, now, found] = [before.get(container), after.get(container), present.get(container)];
    // Elsewhere no field was compared that could be as it is asked.
    const compared = sameManifests && was !== undefined && was.action !== 'create' && found?.process !== undefined;
    return [
      ...processFacts(container, { saved, was, present: found }),
      ...fieldFacts(container, { was: fieldsOf(was), now: fieldsOf(now), compared }),
      ...actionFacts(container, was, now),
    ];
  });
}

function processFacts(
  container: string,
  { saved, was, present }: { saved: SavedPlan; was: Change | undefined; present: ObservedContainer | undefined },
): StaleFact[] {
  if (was === undefined || was.action === 'none') return [];
  const [before, after] = [saved.processes[container], present?.process];
  if (before?.pid === after?.pid && before?.startTime === after?.startTime) return [];
  return [{ about: 'process', container, ...pair(before?.pid, after?.pid) }];
}

function actionFacts(container: string, was: Change | undefined, now: Change | undefined): StaleFact[] {
  if (was?.action === now?.action) return [];
  return [{ about: 'action', container, ...pair(was?.action, now?.action) }];
}

type Fields = ReadonlyMap<string, FieldChange>;

function fieldsOf(change: Change | undefined): Fields {
  const enforced = change?.fields.filter((field) => field.enforced) ?? [];
  return new Map(enforced.map((field) => [field.path, field]));
}

function fieldFacts(
  container: string,
  { was, now, compared }: { readonly was: Fields; readonly now: Fields; readonly compared: boolean },
): StaleFact[] {
  return [...new Set([...was.keys(), ...now.keys()])].flatMap((path): StaleFact[] => {
    const [old, fresh] = [was.get(path), now.get(path)];
    if (old !== undefined && fresh !== undefined) return changedFacts(container, old, fresh);
    // A field that does not differ is as it is asked.
    if (!compared) return [];
    return [{ about: 'field', container, path, ...(old === undefined ? pair(fresh?.after, fresh?.before) : pair(old.before, old.after)) }];
  });
}

function changedFacts(container: string, old: FieldChange, fresh: FieldChange): StaleFact[] {
  const { path } = old;
  const [was, now] = [shownIn(old, fresh), shownIn(fresh, old)];
  return [
    ...(equal(was, now) ? [] : [{ about: 'field', container, path, ...pair(was, now) } as const]),
    ...(equal(old.after, fresh.after) ? [] : [{ about: 'asked', container, path, ...pair(old.after, fresh.after) } as const]),
  ];
}

/** What the host shows: where a limit is only to be noted, the kernel has what is asked. */
function shownIn(field: FieldChange, other: FieldChange): unknown {
  return field.kernel === undefined && other.kernel !== undefined ? field.after : field.before;
}

/** What is prepared otherwise: by the old plan and by the fresh one, of containers that both prepare. */
function preparedFacts(was: readonly Step[], now: readonly Step[]): StaleFact[] {
  const before = preparesIn(was);
  const both = [...preparesIn(now)].flatMap(([container, fresh]) => {
    const old = before.get(container);
    return old === undefined ? [] : [{ container, old, fresh }];
  });
  const rootfs = both.filter(({ old, fresh }) => old.rootfsId !== fresh.rootfsId);
  return [
    ...rootfs.map(({ container, old, fresh }) => ({ about: 'rootfs', container, was: old.rootfsId, now: fresh.rootfsId }) as const),
    ...both.flatMap(sourceFacts),
  ];
}

type Prepare = Extract<Step, { readonly kind: 'prepare' }>;

function preparesIn(steps: readonly Step[]): ReadonlyMap<string, Prepare> {
  return new Map(steps.flatMap((step) => (step.kind === 'prepare' ? [[step.container, step]] : [])));
}

function sourceFacts({ container, old: { sourceTargets: was = {} }, fresh: { sourceTargets: now = {} } }: { readonly container: string; readonly old: Prepare; readonly fresh: Prepare }): StaleFact[] {
  const sources = [...new Set([...Object.keys(was), ...Object.keys(now)])];
  return sources.flatMap((source): StaleFact[] => {
    const [led, leads] = [was[source] ?? source, now[source] ?? source];
    return led === leads ? [] : [{ about: 'source', container, source, was: led, now: leads }];
  });
}

function stepFacts(was: readonly Step[], now: readonly Step[]): StaleFact[] {
  const subjects = [...new Set([...was, ...now].map(subjectOf))].sort();
  const facts = subjects.flatMap((subject): StaleFact[] => {
    const [before, after] = [was, now].map((steps) => steps.filter((step) => subjectOf(step) === subject)) as [Step[], Step[]];
    return equal(before, after) ? [] : [{ about: 'steps', subject, was: before, now: after }];
  });
  return facts.length > 0 ? facts : [{ about: 'steps', subject: 'the plan', was, now }];
}

function pair<Value>(was: Value | undefined, now: Value | undefined): { readonly was?: Value; readonly now?: Value } {
  return { ...(was === undefined ? {} : { was }), ...(now === undefined ? {} : { now }) };
}
