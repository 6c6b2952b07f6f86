import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { PlanOptions } from '../../src/plan/plan.ts';
import type { DesiredContainer } from '../../src/state/desired.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, name, observedState, plainHost, plainSpec } from '../support/containers.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';
import { onlyChange, planFor } from './plan-fixture.ts';

const { unified: codec, hybrid } = codecs;

const web = desiredContainer('web');

describe('a container that no manifest names', () => {
  const three = ['a', 'b', 'c'].map((text) => desiredContainer(text));
  const running = three.map((one) => runningAs(one, codec));

  it('is stopped and deleted with all it wrote', () => {
    const plan = planFor(three.slice(0, 2), running);

    expect(plan.changes[2]).toMatchObject({ name: 'c', action: 'delete', reason: 'not-in-manifests' });
    expect(plan.steps).toMatchObject([{ kind: 'stop' }, { kind: 'remove', keepLayer: false, keepLog: false }]);
  });

  it('and of which an interrupted removal left a folder alone is removed whatever the guard says, and counts for nothing', () => {
    const remains = { name: name('gone'), status: 'creating', layer: false } as const;

    const plan = planFor(three.slice(0, 1), [...running.slice(0, 2), remains]);

    expect(plan.changes.map((change) => [change.name, change.action])).toEqual([['a', 'none'], ['b', 'delete'], ['gone', 'delete']]);
    expect(planFor([], [remains]).summary).toMatchObject({ delete: 1, refused: 0 });
  });

  it('says so, or that somebody asked for it', () => {
    const asked = planFor([], running, { destroy: true, allowPrune: true });

    expect(asked.changes.map(({ reason }) => reason)).toEqual(Array(3).fill('destroy-asked'));
  });

  it('is kept where the source is empty', () => {
    const plan = planFor([], running);

    expect(plan.changes.map(({ reason }) => reason)).toEqual(['refused', 'refused', 'refused']);
    expect(plan.steps).toEqual([]);
  });

  it('is kept where more than half of the manifests are gone', () => {
    const plan = planFor(three.slice(0, 1), running);

    expect(plan.summary).toMatchObject({ delete: 0, refused: 2 });
    expect(plan.changes[1]?.refusals[0]?.message).toMatch(/2 of 3 manifests/);
  });

  it('is deleted where it is one half of the manifests', () => {
    expect(planFor(three.slice(0, 1), running.slice(0, 2)).summary.delete).toBe(1);
  });

  it('is deleted all the same where that is allowed', () => {
    expect(planFor([], running, { allowPrune: true }).summary.delete).toBe(3);
  });

  it('is kept even then where a manifest cannot be read, which may name it', () => {
    const desired = { ...desiredState(three.slice(0, 1)), complete: false };

    const plan = makePlan(desired, observedState(running), codec, { allowPrune: true });

    expect(plan.summary).toMatchObject({ delete: 0, refused: 2 });
    expect(plan.changes[1]?.refusals[0]).toMatchObject({ message: 'not deleted: a manifest could not be read, so a missing one proves nothing', hint: 'mend the manifests first' });
  });

  it('is kept in later passes too: new manifests do not make the gone ones fewer', () => {
    const others = ['d', 'e', 'f'].map((text) => desiredContainer(text));

    const plan = planFor(others, running);

    expect(plan.summary).toMatchObject({ create: 0, delete: 0, refused: 6 });
    expect(plan.changes[3]?.refusals[0]?.message).toBe('not created: 3 of 3 manifests are gone, more than half');
    expect(planFor(others, running, { allowPrune: true }).summary).toMatchObject({ create: 3, delete: 3 });
  });

  it('does not keep more replicas of a manifest that is there from being created', () => {
    const [first, second] = ['web-0', 'web-1'].map((text) => desiredContainer(text, {}, 'web'));

    const plan = planFor([first as DesiredContainer, second as DesiredContainer], [runningAs(first as DesiredContainer, codec), ...running]);

    expect(plan.summary).toMatchObject({ create: 1, delete: 0, refused: 3 });
  });

  it('does not keep the others from starting where a reboot left but its writable layer', () => {
    const layers = ['a', 'b'].map((text) => ({ name: name(text), status: 'stopped', layer: true }) as const);

    expect(planFor([web], layers).summary).toMatchObject({ create: 1, delete: 0, refused: 2 });
    expect(planFor([web], [...layers, runningAs(web, codec)]).summary).toMatchObject({ unchanged: 1, delete: 0, refused: 2 });
    expect(planFor([web], layers.slice(0, 1)).summary).toMatchObject({ create: 1, delete: 1, refused: 0 });
  });

  it('is kept where any manifest could not be read', () => {
    const observed = observedState(running, three);

    const plan = makePlan(desiredState(three.slice(0, 2), false), observed, codec);

    expect(plan.changes[2]).toMatchObject({ action: 'none', reason: 'refused' });
  });

  it('may be most replicas of a manifest that was scaled down', () => {
    const replicas = Array.from({ length: 10 }, (_, index) => desiredContainer(`web-${index}`, {}, 'web'));

    const plan = planFor(replicas.slice(0, 1), replicas.map((one) => runningAs(one, codec)));

    expect(plan.summary.delete).toBe(9);
  });

  it('may be a cgroup beneath our parent without a bundle', () => {
    const { bundle: _bundle, process: _process, ...orphan } = runningAs(desiredContainer('orphan'), codec);

    const plan = planFor(three, [...running, { ...orphan, status: 'creating' }]);

    expect(plan.changes[3]).toMatchObject({ name: 'orphan', action: 'delete' });
  });
});

describe('a cgroup of another instance', () => {
  const { bundle: _bundle, process: _process, ...cgroup } = runningAs(web, codec);
  const foreign = { ...cgroup, status: 'creating', claim: { root: '/run/other', below: false } } as const;

  it('is neither deleted nor taken over, and the message names its owner', () => {
    expect(onlyChange(planFor([], [foreign], { allowPrune: true }))).toMatchObject({ action: 'none', reason: 'refused' });
    const change = onlyChange(planFor([web], [foreign], { allowPrune: true, allowHazards: true }));
    expect(change).toMatchObject({ action: 'none', reason: 'refused' });
    expect(change.refusals[0]?.message).toMatch(/belongs to the instance with --root \/run\/other/);
  });

  it('does not make our own vanished manifests look few', () => {
    const [a, b] = [desiredContainer('a'), desiredContainer('b')];

    const plan = planFor([a], [runningAs(b, codec), { ...foreign, name: name('zoo') }]);

    expect(plan.summary).toMatchObject({ delete: 0, refused: 3 });
  });
});

describe('manifests that are still being written', () => {
  const unsettled: PlanOptions = { isSettled: () => false };

  it('delete, restart and replace nothing yet', () => {
    const three = ['a', 'b', 'c'].map((text) => desiredContainer(text));
    const restarted = desiredContainer('a', { hostname: 'other' });
    const replaced = desiredContainer('b', { rootfs: { path: '/other', readonly: false } });

    const plan = planFor([restarted, replaced], three.map((one) => runningAs(one, codec)), unsettled);

    expect(plan.changes.map(({ action, reason }) => [action, reason])).toEqual(Array(3).fill(['none', 'waiting']));
  });

  it('keep no others waiting', () => {
    const four = ['a', 'b', 'c', 'd'].map((text) => desiredContainer(text));
    const [a, b] = ['a', 'b'].map((text) => desiredContainer(text, { hostname: 'other' })) as [DesiredContainer, DesiredContainer];

    const plan = planFor([a, b], four.map((one) => runningAs(one, codec)), { isSettled: (one) => one === 'b' || one === 'd', allowPrune: true });

    expect(plan.changes.map(({ action }) => action)).toEqual(['none', 'restart', 'none', 'delete']);
  });

  it('do not keep a container from being mended or started again', () => {
    const running = runningAs(web, codec);
    const torn = { ...running, process: { ...(running.process as NonNullable<typeof running.process>), missingMounts: ['/data'] } };

    expect(onlyChange(planFor([web], [torn], unsettled))).toMatchObject({ action: 'restart', reason: 'drift' });
    expect(onlyChange(planFor([web], [exitedAs(web, codec)], unsettled))).toMatchObject({ action: 'restart', reason: 'exited' });
  });

  it('create and resize at once', () => {
    const bigger = desiredContainer('web', { resources: { ...plainSpec.resources, 'memory.max': 'max' } });

    const plan = planFor([bigger, desiredContainer('zoo')], [runningAs(web, codec)], unsettled);

    expect(plan.changes.map(({ action }) => action)).toEqual(['update', 'create']);
  });

  it('do not create yet where others go: that may be one of them without its number, or under half its name', () => {
    const replicas = ['web-0', 'web-1'].map((text) => desiredContainer(text, {}, 'web'));
    const running = replicas.map((one) => runningAs(one, codec));

    const cut = planFor([web], running, unsettled);
    const later = planFor([web], running);

    expect(cut.changes.map(({ action, reason }) => [action, reason])).toEqual(Array(3).fill(['none', 'waiting']));
    expect(later.changes.map(({ action }) => action)).toEqual(['create', 'delete', 'delete']);
  });
});

describe('a container that this host cannot give what it asks', () => {
  const refused: readonly [string, Partial<typeof plainSpec>, string, RegExp][] = [
    ['CPUs that are not there', { resources: { 'cpuset.cpus': '2-5' } }, 'resources.cpuset.cpus', /CPUs 0-3, not 4-5/],
    ['a memory node that is not there', { resources: { 'cpuset.mems': '1' } }, 'resources.cpuset.mems', /memory nodes 0, not 1/],
    ['a device that is not there', { resources: { 'io.max': [{ device: '/dev/nope', rbps: 1 }] } }, 'resources.io.max', /\/dev\/nope/],
    [
      'a source that is not there',
      { mounts: [{ type: 'bind', source: '/gone', target: '/data', readonly: true }] },
      'mounts./data',
      /\/gone does not exist/,
    ],
  ];

  it.each(refused)('is refused by name, and the others go on: %s', (_title, spec, path, message) => {
    const desired = [desiredContainer('bad', spec), desiredContainer('good')];
    const observed = observedState([], desired, { ...plainHost, missingSources: ['/gone'] });

    const plan = makePlan(desiredState(desired), observed, codec);

    expect(plan.changes[0]).toMatchObject({ action: 'none', reason: 'refused', refusals: [{ path }] });
    expect(plan.changes[0]?.refusals[0]?.message).toMatch(message);
    expect(plan.changes[1]?.action).toBe('create');
  });

  it('is refused where the cgroup mode has no such file, even while it runs', () => {
    const high = desiredContainer('web', { resources: { 'memory.high': 1 << 20 } });
    const unsupported = { 'memory.high': 'cgroup v1 has no memory.high' };
    const state = observedState([runningAs(web, hybrid)], [high], { ...plainHost, cgroupMode: 'hybrid', unsupported });

    const plan = makePlan(desiredState([high]), state, hybrid);

    expect(onlyChange(plan)).toMatchObject({ action: 'none', reason: 'refused', refusals: [{ path: 'resources.memory.high' }] });
  });

  it.each([[true, 'refused'], [false, 'not-on-host']] as const)('is refused there only where it asks for more than the host gives anyway: memory.oom.group %s', (group, reason) => {
    const desired = desiredContainer('web', { resources: { 'memory.high': 'max', 'memory.oom.group': group } });
    const unsupported = { 'memory.high': 'cgroup v1 has no memory.high', 'memory.oom.group': 'cgroup v1 has no memory.oom.group' };
    const state = observedState([], [desired], { ...plainHost, cgroupMode: 'hybrid', unsupported });

    const plan = makePlan(desiredState([desired]), state, hybrid);

    expect(onlyChange(plan)).toMatchObject({ reason, refusals: group ? [{ path: 'resources.memory.oom.group' }] : [] });
  });
});

describe('a plan for some containers', () => {
  it('leaves all others out, and is not held back by what they miss', () => {
    const three = ['a', 'b', 'c'].map((text) => desiredContainer(text));

    const plan = planFor(three, [], { only: new Set([name('b')]) });

    expect(plan.changes.map((change) => change.name)).toEqual(['b']);
  });
});

describe('a container that failed lately', () => {
  it('is left alone until its time has come', () => {
    const plan = planFor([web], [], { heldUntilMs: new Map([['web', 1_000_001]]) });

    expect(onlyChange(plan)).toMatchObject({ action: 'none', reason: 'waiting', notBeforeMs: 1_000_001 });
  });

  it('waits for nothing where it needs nothing', () => {
    const plan = planFor([web], [runningAs(web, codec)], { heldUntilMs: new Map([['web', 1_000_001]]) });

    expect(onlyChange(plan).reason).toBe('unchanged');
  });
});
