import type { ApplyResult } from '../../src/apply/apply.ts';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/host/host.ts';
import { withUsage } from '../../src/observe/usage.ts';
import { makePlan, namesToMeasure } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/types.ts';
import { byName } from '../../src/state/desired.ts';
import type { DesiredState } from '../../src/state/desired.ts';
import { codecs } from '../support/codecs.ts';
import type { Chance } from './chance.ts';
import { openChance } from './chance.ts';
import { unlike } from './ending.ts';
import type { Manifests } from './manifests.ts';
import { edit, lineOf, resolve } from './manifests.ts';
import { meddle } from './meddling.ts';
import { openIncarnation } from './model-host.ts';
import { isClean, openPromises } from './promises.ts';
import { openVirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';
import { look, openWorld } from './world.ts';

export interface LifeOptions {
  readonly seed: number;
  /** Share of the calls in which something goes wrong. */
  readonly faults?: number;
  /** Changes of the manifests or by others, each followed by a pass. */
  readonly rounds?: number;
  /** In the place of the program's own: what is wrong with these has to be seen. */
  readonly planner?: Planner;
  readonly alter?: (host: Host) => Host;
  readonly executor?: Executor;
}

type Planner = typeof makePlan;

export type Executor = typeof apply;

export interface Life {
  /** What must never happen and did; empty where all is well. */
  readonly violations: readonly string[];
  /** The calls of all passes, with what went wrong in them. */
  readonly story: readonly string[];
  readonly passes: number;
  /** Calls that could go wrong while anything could, and those that did. */
  readonly risks: { readonly taken: number; readonly bad: number };
}

/** Passes without faults after which everything has to be as asked. */
const mostQuietPasses = 8;

interface Living {
  readonly world: World;
  readonly chance: Chance;
  readonly story: string[];
  readonly risks: { taken: number; bad: number };
  readonly planner: Planner;
  readonly alter: (host: Host) => Host;
  readonly executor: Executor;
  manifests: Manifests;
  /** As they were before they changed last. */
  earlier: Manifests;
  desired: DesiredState;
  passes: number;
  /** Containers that the last pass left as their manifests say, and that these say still. */
  settled: ReadonlySet<string>;
}

/**
 * One host from its first container on: manifests change, others meddle, calls fail and runs are killed, all by one
 * seed, under the real planner and executor. In the end nothing goes wrong any more, and all has to be as asked.
 */
export async function live({ seed, faults = 0.05, rounds = 8, planner = makePlan, alter = (host) => host, executor = apply }: LifeOptions): Promise<Life> {
  const world = openWorld(openVirtualTime());
  const life: Living = {
    ...{ world, chance: openChance(seed), story: [], risks: { taken: 0, bad: 0 }, planner, alter, executor },
    ...{ manifests: {}, earlier: {}, desired: resolve({}), passes: 0, settled: new Set<string>() },
  };
  try {
    for (let round = 0; round < rounds; round += 1) await liveRound(life, faults);
    await end(life);
  } catch (error) {
    world.violations.push(`pass ${life.passes}: ${String(error)}`);
  }
  const { story, passes, risks } = life;
  return { violations: world.violations, story, passes, risks };
}

async function liveRound(life: Living, faults: number): Promise<void> {
  const { world, chance, story } = life;
  if (chance.happens(0.6)) change(life);
  for (let deeds = chance.pick([0, 0, 0, 1, 1, 2]); deeds > 0; deeds -= 1) story.push(`somebody: ${meddle(world, chance, life.settled)}`);
  await pass(life, faults);
  if (chance.happens(0.3)) await world.time.advance(chance.below(2_000));
}

function change(life: Living): void {
  const { world, chance, story } = life;
  const before = life.desired;
  const { manifests, earlier } = life;
  // Whoever sees that it went wrong takes it back.
  if (chance.happens(life.settled.size === 0 ? 0.5 : 0.1)) life.manifests = earlier;
  else for (let edits = chance.pick([1, 1, 2, 4]); edits > 0; edits -= 1) life.manifests = edit(life.manifests, chance);
  life.earlier = manifests;
  life.desired = resolve(life.manifests);
  world.wanted = byName(life.desired);
  const known = byName(before);
  const changed = new Set([...world.containers.keys()].filter((name) => known.get(name) !== world.wanted.get(name)));
  life.settled = new Set([...life.settled].filter((name) => !changed.has(name as never)));
  for (const name of changed) delete world.containers.get(name)?.cgroup?.foreign;
  story.push(`manifests: ${Object.entries(life.manifests).map(([group, settings]) => lineOf(group, settings)).join(' | ')}`);
}

/** What was left going comes to its end, one way or another, and nothing goes wrong any more. */
async function end(life: Living): Promise<void> {
  const { world, chance } = life;
  await world.time.advance(1_000);
  if (chance.happens(0.5)) for (const { cgroup } of world.containers.values()) if (cgroup !== undefined) cgroup.usageBytes = 0;
  let last = await pass(life, 0);
  for (let quiet = 1; last.steps.length > 0 && quiet < mostQuietPasses; quiet += 1) last = await pass(life, 0);
  if (last.steps.length > 0) world.violations.push(`still something to do after ${mostQuietPasses} passes: ${last.steps.map(({ kind, lane }) => `${kind} ${lane}`).join(', ')}`);
  world.violations.push(...unlike(world, life.desired, last));
}

async function pass(life: Living, share: number): Promise<Plan> {
  const { world, chance, story, risks, desired } = life;
  life.passes += 1;
  // Where memory stays in use, what is allowed fails again and again.
  world.mayHurt = share > 0 && chance.happens(0.5);
  const incarnation = openIncarnation(world, { share, chance });
  const host = life.alter(incarnation.host);
  const plan = planFor(life, host);
  const promises = openPromises(world, desired);
  host.bundles.sweep();
  let result: ApplyResult | undefined;
  await world.time.run(life.executor(plan, desired, host, { concurrency: 1 + chance.below(4) }).then((applied) => { result = applied; }));
  story.push(`pass ${life.passes}: ${plan.changes.map(({ name, action, reason }) => `${name} ${action} (${reason})`).join(', ')}`, ...incarnation.calls.map((call) => `  ${call}`));
  if (share > 0) Object.assign(risks, { taken: risks.taken + incarnation.risks.taken, bad: risks.bad + incarnation.risks.bad });
  const passed = { plan, incarnation, result };
  life.settled = isClean(passed) ? new Set(plan.changes.filter(({ reason }) => reason !== 'refused').map(({ name }) => name)) : new Set();
  const wrong = [...(plan.steps.length === 0 && incarnation.calls.length > 0 ? ['there was nothing to do, and it did something'] : []), ...promises.broken(passed)];
  world.violations.push(...wrong.map((words) => `pass ${life.passes}: ${words}`));
  return plan;
}

/** As the program does it: what containers use is looked at where it decides something. */
function planFor({ world, desired, planner }: Living, host: Host): Plan {
  const options = { allowPrune: true, allowHazards: world.mayHurt };
  const found = look(world, desired);
  const draft = planner(desired, found, codecs.unified, options);
  const observed = withUsage(found, host, namesToMeasure(draft));
  return observed === found ? draft : planner(desired, observed, codecs.unified, options);
}
