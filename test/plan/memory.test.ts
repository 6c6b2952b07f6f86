import { describe, expect, it } from 'vitest';
import { openPlanMemory } from '../../src/plan/memory.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import type { HostFacts, ObservedContainer, ObservedState } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState, plainHost } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';

const codec = codecs.unified;
const desired = desiredState([desiredContainer('a'), desiredContainer('b')]);
const running = desired.containers.map((container) => runningAs(container, codec));
const observed = observedState(running, desired.containers);

/** The same world in the same objects, but for what is said here. */
const world = (containers: readonly ObservedContainer[], host: HostFacts = plainHost): ObservedState => ({ ...observed, host, containers });

describe('a plan with a memory', () => {
  it('is the one without', () => {
    const memory = openPlanMemory();
    const changed = { ...running[0]!, cgroup: { ...running[0]!.cgroup!, files: { ...running[0]!.cgroup!.files, 'pids.max': '7' } } };

    for (const containers of [running, [changed, running[1]!], running]) {
      expect(makePlan(desired, world(containers), codec, { memory })).toEqual(makePlan(desired, world(containers), codec));
    }
  });

  it('takes no new thought for what is the same object as before', () => {
    const memory = openPlanMemory();
    const [first] = makePlan(desired, observed, codec, { memory }).changes;

    expect(makePlan(desired, world(running), codec, { memory }).changes[0]).toBe(first);
    expect(makePlan(desired, world([{ ...running[0]! }, running[1]!]), codec, { memory }).changes[0]).not.toBe(first);
  });

  it.each<[string, ObservedState, PlanOptions]>([
    ['the host cannot hold a limit any more', world(running, { ...plainHost, unsupported: { 'pids.max': 'no controller' } }), {}],
    ['a root filesystem has a new id', { ...observed, rootfs: Object.fromEntries(Object.keys(observed.rootfs).map((key) => [key, { id: 'id-2', problems: [] }])) }, {}],
  ])('thinks anew where %s', (_title, next, options) => {
    const memory = openPlanMemory();
    makePlan(desired, observed, codec, { memory });

    expect(makePlan(desired, next, codec, { ...options, memory })).toEqual(makePlan(desired, next, codec, options));
    expect(makePlan(desired, next, codec, options).changes[0]?.reason).not.toBe('unchanged');
  });

  it('is not misled by a disk that fills up', () => {
    const memory = openPlanMemory();
    const withFree = (freeBytes: number): HostFacts => ({ ...plainHost, capacity: { disk: { sizeBytes: 100, freeBytes } } });
    const [first] = makePlan(desired, world(running, withFree(50)), codec, { memory }).changes;

    expect(makePlan(desired, world(running, withFree(40)), codec, { memory }).changes[0]).toBe(first);
  });
});
