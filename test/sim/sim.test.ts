import { describe, expect, it } from 'vitest';
import { apply } from '../../src/apply/apply.ts';
import type { Host } from '../../src/host/host.ts';
import { subjectOf } from '../../src/plan/order.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { Phase, Step } from '../../src/plan/types.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { ObservedContainer, ObservedState } from '../../src/state/observed.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';
import { openChance } from './chance.ts';
import type { LifeOptions } from './life.ts';
import { live } from './life.ts';
import { openVirtualTime } from './virtual-time.ts';

/** What CI bears; `npm run test:sim -- --seeds 1e6` is for those with time. */
const seeds = 10_000;

/** So many tests, so that they share the machine with the others. */
const parts = 10;

describe('the life of a host', () => {
  it.for(Array.from({ length: parts }, (_, part) => part))('ends as asked and keeps every promise on its way, part %i', { timeout: 120_000 }, async (part, { task }) => {
    task.meta.faultTrials = { fault: 'anything, on a model of a host', how: 'lives by a seed: 5 % of all calls fail, lie or kill the program; others meddle', trials: seeds / parts };
    const failed: string[] = [];
    for (let seed = (part * seeds) / parts; seed < ((part + 1) * seeds) / parts; seed += 1) {
      const { violations } = await live({ seed });
      if (violations.length > 0) failed.push(`npm run test:sim -- --from ${seed} --seeds 1 --story\n  ${violations.join('\n  ')}`);
    }

    expect(failed).toEqual([]);
  });

  it('is the same for the same seed', async () => {
    const [one, other, another] = [await live({ seed: 7 }), await live({ seed: 7 }), await live({ seed: 8 })];

    expect(other).toEqual(one);
    expect(another.story).not.toEqual(one.story);
  });

  it('has something go wrong in five of a hundred calls', async () => {
    const risks = { taken: 0, bad: 0 };
    for (let seed = 0; seed < 200; seed += 1) {
      const { taken, bad } = (await live({ seed })).risks;
      Object.assign(risks, { taken: risks.taken + taken, bad: risks.bad + bad });
    }

    expect(risks.taken).toBeGreaterThan(5_000);
    expect(risks.bad / risks.taken).toBeCloseTo(0.05, 2);
  });

  it('has every fault and every deed of others in it', async () => {
    const stories: string[] = [];
    for (let seed = 0; seed < 200; seed += 1) stories.push(...(await live({ seed, faults: 0.1 })).story);
    const lines = new Set(stories.map((line) => line.replace(/^somebody: \S+: /, 'somebody: ')));

    for (const fault of ['fails', 'fails after', 'killed', 'killed after', 'lies']) expect(lines, fault).toContain(`    ${fault}`);
    expect([...lines].filter((line) => line.startsWith('somebody: '))).toHaveLength(14);
    for (const action of ['create', 'update', 'restart', 'replace', 'delete', 'none']) expect(stories.some((line) => line.includes(` ${action} (`)), action).toBe(true);
    expect(stories.some((line) => line.includes(' restart (monitor-lost)'))).toBe(true);
  });
});

/** A program with one defect. */
type Defect = Pick<LifeOptions, 'planner' | 'alter' | 'executor'>;

const altered = (alter: (steps: readonly Step[]) => readonly Step[]): Defect => ({
  planner: (...words) => {
    const plan = makePlan(...words);
    return { ...plan, steps: alter(plan.steps) };
  },
});

/** Steps of one phase come in the turn of another. */
const inTurn = (turns: Partial<Record<Phase, Phase>>): Defect => altered((steps) => steps.map((step) => ({ ...step, phase: turns[step.phase] ?? step.phase })));

const toHost = (alter: (host: Host) => Partial<Host>): Defect => ({ alter: (host) => ({ ...host, ...alter(host) }) });

/** What failed in one part of a plan keeps nothing of the next from being done. */
const inParts = (partOf: (step: Step) => unknown): Defect => ({
  async executor({ steps, ...plan }, ...words) {
    const stepsByPart = new Map<unknown, Step[]>();
    for (const step of steps) stepsByPart.set(partOf(step), [...(stepsByPart.get(partOf(step)) ?? []), step]);
    let [done, skipped] = [0, 0];
    const failed = [];
    for (const part of stepsByPart.values()) {
      const result = await apply({ ...plan, steps: part }, ...words);
      [done, skipped] = [done + result.done, skipped + result.skipped];
      failed.push(...result.failed);
    }
    return { done, skipped, failed };
  },
});

/** What a stop does, and a removal too: that marks first, and asks then. */
const toStop = (alter: (host: Host, was: { readonly read: ReadonlySet<ContainerName>; readonly asked: ReadonlySet<ContainerName> }) => Pick<Host, 'bundles' | 'runtime'>): Defect =>
  toHost((host) => {
    const [read, asked] = [new Set<ContainerName>(), new Set<ContainerName>()];
    const { bundles, runtime } = alter(host, { read, asked });
    return {
      bundles: {
        ...bundles,
        read(name) {
          read.add(name);
          asked.delete(name);
          return bundles.read(name);
        },
        markLeaving(name) {
          read.delete(name);
          bundles.markLeaving(name);
        },
      },
      runtime: {
        ...runtime,
        isCreated(name) {
          asked.add(name);
          return runtime.isCreated(name);
        },
      },
    };
  });

describe('a program that is wrong', () => {
  it.for<[string, RegExp, Defect]>([
    ['replaces what it could restart', /lost what it wrote/, altered((steps) => steps.map((step) => (step.kind === 'remove' ? { ...step, keepLayer: false } : step)))],
    ['restarts what it has to replace', /has a new root filesystem, and on it what it wrote/, altered((steps) => steps.map((step) => (step.kind === 'remove' ? { ...step, keepLayer: true } : step)))],
    ['counts no restart', /counts \d restarts, and not/, altered((steps) => steps.map((step) => (step.kind === 'prepare' ? { ...step, restarts: { count: 0, failures: 0, oomKills: 0 } } : step)))],
    ['kills no process that was moved away', /two processes of/, toHost(({ processes }) => ({ processes: { ...processes, signal: (run, signal) => signal === 'SIGKILL' || processes.signal(run, signal) } }))],
    ['waits for ever for what ignores its signal', /goes on for ever|it took \d+ ms/, toHost(({ processes }) => ({ processes: { ...processes, nowMs: () => 0 } }))],
    ['asks no process to end', /was killed 0 ms after/, altered((steps) => steps.filter(({ kind }) => kind !== 'stop'))],
    ['starts a program before its limits are there', /was started, and memory.max is max/, altered((steps) => steps.filter(({ kind, phase }) => kind !== 'write-limits' || phase === 'decrease' || phase === 'increase'))],
    ['removes jails first', /the jail of .* was removed/, inTurn({ prune: 'decrease' })],
    ['removes no jail', /jail .* is left/, altered((steps) => steps.filter(({ kind }) => kind !== 'remove-jail'))],
    ['lowers memory below what is in use', /below what is in use, and nobody allowed it/, { planner: (desired, observed, codec, options) => makePlan(desired, observed, codec, { ...options, allowHazards: true }) }],
    ['never looks at what is in use', /is refused: .* not measured/, toHost(({ cgroups }) => ({ cgroups: { ...cgroups, usage: () => undefined as never } }))],
    ['leaves what a failed creation made', /creation of .* failed, and left .*cgroup/, toHost(({ cgroups }) => ({ cgroups: { ...cgroups, remove: (name, options) => (options.timeoutMs < 10_000 ? Promise.resolve() : cgroups.remove(name, options)) } }))],
    ['creates before it deletes', /processes at a time/, inTurn({ create: 'delete', delete: 'create' })],
    ['increases before it decreases', /the sum of .* was/, inTurn({ increase: 'decrease', decrease: 'increase' })],
    ['lets a resize wait for the end of others', /a limit was written after/, inTurn({ decrease: 'create', increase: 'create', record: 'prune' })],
    ['does not see that the files of the host changed', /files that are no longer those of the host|host's files changed|still something to do/, { planner: (desired, { containers, ...observed }, codec, options) => makePlan(desired, { ...observed, containers: containers.map((one) => asOfNow(one, observed)) }, codec, options) }],
    ['renews all replicas at a time', /several replicas of web that ran are down/, altered((steps) => steps.map((step) => ({ ...step, lane: subjectOf(step) })))],
    ['puts right what the manifest lets others change', /was to be left as somebody wrote it/, { planner: (desired, ...words) => makePlan({ ...desired, containers: desired.containers.map(enforcing) }, ...words) }],
    ['notes no limit that it did not write', /its record is another/, altered((steps) => steps.filter(({ kind, container }: Step & { readonly container?: string }) => kind !== 'record' || steps.some((step) => step.kind === 'write-limits' && step.container === container)))],
    ['announces no limit that may pass for somebody else\'s', /pids.max is/, altered((steps) => steps.filter(({ kind }) => kind !== 'announce'))],
    ['renews the next replica where one failed', /was ended although .* had failed/, inParts((step) => `${step.phase} ${subjectOf(step)}`)],
    ['notes a limit that it could not write', /=\S+ was noted, and it is/, inParts(({ phase, kind }) => (kind === 'remove-jail' ? kind : phase))],
    ['removes the jail of what it could not renew', /the jail of .* was removed/, inParts(({ kind }) => kind === 'remove-jail')],
    ['goes on with a container of which a step failed', /two processes of|was started, and pids.max is max/, inParts((step) => step)],
    ['leaves the monitor of a creation that failed', /creation of .* failed, and left .*its monitor/, toHost(({ runtime }) => ({ runtime: { ...runtime, endCreation: () => Promise.resolve() } }))],
    ['leaves a monitor that stands still as it is', /has a monitor that stands still/, altered((steps) => steps.filter(({ kind }) => kind !== 'continue-monitor'))],
    ['leaves a monitor behind', /the end of an earlier .* was written down when that was removed|a monitor of .* is left/, toHost(({ runtime }) => ({ runtime: { ...runtime, endMonitor: () => Promise.resolve() } }))],
    ['takes an end that it made itself for the program\'s', /for an end that was not the program's doing|does not run/, toStop(({ bundles, ...host }, { asked }) => ({ ...host, bundles: { ...bundles, markLeaving: (name) => { if (!asked.has(name)) bundles.markLeaving(name); } } }))],
    ['asks what was never started to end', /it took \d+ ms/, toStop(({ runtime, ...host }, { read }) => ({ ...host, runtime: { ...runtime, isCreated: (name) => !read.has(name) && runtime.isCreated(name) } }))],
    ['keeps others from their work while a monitor ends', /the end of the monitor of .* kept others/, toHost(({ runtime }) => ({ runtime: { ...runtime, awaitMonitor: () => Promise.resolve() } }))],
    ['asks what stands still to end, and lets it stand', /never heard that it was to end/, toHost(({ cgroups }) => ({ cgroups: { ...cgroups, thaw: () => undefined } }))],
  ])('is seen where it %s', { timeout: 60_000 }, async ([, words, defect]) => {
    const seen = await firstSeen(words, defect);

    expect(seen).toBeLessThan(mostSeeds);
  });
});

const mostSeeds = 5_000;

async function firstSeen(words: RegExp, defect: Defect): Promise<number> {
  for (let seed = 0; seed < mostSeeds; seed += 1) {
    const { violations } = await live({ seed, ...defect });
    if (violations.some((violation) => words.test(violation))) return seed;
  }
  return mostSeeds;
}

function enforcing(container: DesiredContainer): DesiredContainer {
  return { ...container, spec: { ...container.spec, drift: { default: 'enforce', paths: {} } } };
}

/** As if it were made of the files that the host has now. */
function asOfNow(container: ObservedContainer, { rootfs }: Pick<ObservedState, 'rootfs'>): ObservedContainer {
  const { bundle } = container;
  const id = bundle === undefined ? undefined : rootfs[rootfsKey(bundle.spec)]?.id;
  return bundle === undefined || id === undefined ? container : { ...container, bundle: { ...bundle, rootfsId: id } };
}

describe('virtual time', () => {
  it('passes only when everything waits, in the order of the alarms', async () => {
    const time = openVirtualTime();
    const heard: string[] = [];
    const sleeper = async (name: string, ms: number): Promise<void> => {
      await time.sleep(ms);
      heard.push(`${name} ${time.nowMs - 1_000_000}`);
    };

    await time.run(Promise.all([sleeper('late', 50), sleeper('early', 10), sleeper('later', 50)]));

    expect(heard).toEqual(['early 10', 'late 50', 'later 50']);
  });

  it('says so where something goes on for ever', async () => {
    const time = openVirtualTime();
    const goOn = async (): Promise<void> => { for (;;) await time.sleep(600_000); };

    await expect(time.run(goOn())).rejects.toThrow('goes on for ever');
  });

  it('says so where something waits for ever', async () => {
    await expect(openVirtualTime().run(new Promise(() => undefined))).rejects.toThrow('waits for ever');
  });
});

describe('chance', () => {
  it('is the same for a seed, and spread evenly', () => {
    const [one, other] = [openChance(3), openChance(3)];
    const numbers = Array.from({ length: 10_000 }, () => one.next());

    expect(Array.from({ length: 10_000 }, () => other.next())).toEqual(numbers);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      expect(numbers.filter((number) => Math.floor(number * 10) === tenth).length).toBeGreaterThan(850);
    }
  });
});
