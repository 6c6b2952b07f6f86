import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { Resources } from '../../src/state/resources.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, name, observedState, plainSpec } from '../support/containers.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';
import { Gi, Mi, planOnHost, roomyHost, rowOf } from './capacity-fixture.ts';

const codec = codecs.unified;

const withLimits = (text: string, resources: Resources) => desiredContainer(text, { resources });

describe('what containers may take of a host', () => {
  it('is summed before and after the plan', () => {
    const [a, b] = [withLimits('a', { 'memory.max': Gi }), withLimits('b', { 'memory.max': 2 * Gi })];
    const more = withLimits('a', { 'memory.max': 3 * Gi });

    const plan = planOnHost([more, b], [runningAs(a, codec)]);

    expect(rowOf(plan, 'memory.max')).toEqual({
      ...{ resource: 'memory.max', kind: 'limit', unit: 'bytes', before: Gi, after: 5 * Gi, host: 8 * Gi, reserved: 0 },
      ...{ unlimitedBefore: 0, unlimitedAfter: 0 },
    });
  });

  it.each<[string, Resources, object]>([
    ['CPUs', { 'cpu.max': 1.5 }, { resource: 'cpu.max', unit: 'cpus', after: 1.5, host: 4 }],
    ['processes and threads', { 'pids.max': 128 }, { resource: 'pids.max', unit: 'count', after: 128, host: 1000 }],
    ['swap', { 'memory.swap.max': 64 * Mi }, { resource: 'memory.swap.max', after: 64 * Mi, host: Gi }],
    ['memory that is never reclaimed', { 'memory.min': Gi }, { resource: 'memory.min', kind: 'guarantee', after: Gi, host: 8 * Gi }],
    ['memory that is reclaimed last', { 'memory.low': Gi }, { resource: 'memory.low', kind: 'guarantee', after: Gi, host: 8 * Gi }],
  ])('counts %s', (_what, resources, row) => {
    expect(planOnHost([withLimits('web', resources)]).capacity?.rows).toContainEqual(expect.objectContaining(row));
  });

  it('is held against the CPU time that the cgroups above leave', () => {
    const web = withLimits('web', { 'cpu.max': 2 });

    expect(rowOf(planOnHost([web], [], { capacity: { ...roomyHost, cpus: 1.5 } }), 'cpu.max')).toMatchObject({ host: 1.5, over: 0.5 });
  });

  it('adds tenths of a CPU without an error of rounding', () => {
    const three = ['a', 'b', 'c'].map((text) => withLimits(text, { 'cpu.max': 0.1 }));

    expect(rowOf(planOnHost(three), 'cpu.max')?.after).toBe(0.3);
  });

  it('counts those apart that have no limit', () => {
    const plan = planOnHost([withLimits('a', {}), withLimits('b', { 'memory.max': 'max' }), withLimits('c', { 'memory.max': Gi })]);

    expect(rowOf(plan, 'memory.max')).toMatchObject({ after: Gi, unlimitedBefore: 0, unlimitedAfter: 2 });
  });

  it('says nothing of guarantees and swap where nobody asks for any', () => {
    const rows = planOnHost([withLimits('web', {})]).capacity?.rows.map(({ resource }) => resource);

    expect(rows).toEqual(['memory.max', 'cpu.max', 'pids.max', 'disk']);
  });

  it('counts the sizes of tmpfs mounts, half of the memory where none is given', () => {
    const sized = desiredContainer('a', { mounts: [{ type: 'tmpfs', target: '/tmp', readonly: false, sizeBytes: 64 * Mi }] });
    const unsized = desiredContainer('b', { mounts: [{ type: 'tmpfs', target: '/tmp', readonly: false }] });

    expect(rowOf(planOnHost([sized]), 'tmpfs')).toMatchObject({ after: 64 * Mi, host: 8 * Gi });
    expect(rowOf(planOnHost([unsized]), 'tmpfs')).toMatchObject({ after: 4 * Gi });
  });

  it('counts the containers that may fill the disk, which has no limit to sum', () => {
    const fixed = desiredContainer('b', { rootfs: { path: '/srv/shop', readonly: true } });

    expect(rowOf(planOnHost([desiredContainer('a'), fixed]), 'disk')).toMatchObject({
      ...{ after: 0, host: 100 * Gi, free: 40 * Gi, unlimitedAfter: 1 },
    });
  });

  it('is what the kernel holds where that is left as it is', () => {
    const web = withLimits('web', { 'memory.max': Gi });
    const lenient = { ...web, spec: { ...web.spec, drift: { default: 'report' as const, paths: {} } } };
    const running = runningAs(lenient, codec);
    const drifted = { ...running, cgroup: { ...(running.cgroup as NonNullable<typeof running.cgroup>), files: codec.toFiles({ 'memory.max': 2 * Gi }) } };

    expect(rowOf(planOnHost([lenient], [drifted]), 'memory.max')).toMatchObject({ before: 2 * Gi, after: 2 * Gi });
  });

  it('goes down by what is deleted', () => {
    const [a, b] = [withLimits('a', { 'memory.max': Gi }), withLimits('b', { 'memory.max': 2 * Gi })];

    expect(rowOf(planOnHost([a], [runningAs(a, codec), runningAs(b, codec)]), 'memory.max')).toMatchObject({ before: 3 * Gi, after: Gi });
  });

  it('holds nothing of a container that ended for good, and all of one that will start again', () => {
    const once = desiredContainer('once', { restart: { ...plainSpec.restart, policy: 'never' } });
    const always = desiredContainer('web');

    const { before, after } = rowOf(planOnHost([once, always], [exitedAs(once, codec), exitedAs(always, codec)]), 'memory.max') ?? {};

    expect([before, after]).toEqual([256 * Mi, 256 * Mi]);
  });

  it('leaves the container of another instance out', () => {
    const foreign = { ...runningAs(desiredContainer('other'), codec), claim: { root: '/run/other' } };

    expect(rowOf(planOnHost([desiredContainer('web')], [foreign]), 'memory.max')).toMatchObject({ before: 0, after: 256 * Mi });
  });

  it('may be more than there is where it is a limit, which is told and refuses nothing', () => {
    const [a, b] = [withLimits('a', { 'memory.max': 6 * Gi }), withLimits('b', { 'memory.max': 6 * Gi })];

    const plan = planOnHost([a, b]);

    expect(rowOf(plan, 'memory.max')).toMatchObject({ after: 12 * Gi, over: 4 * Gi });
    expect(rowOf(plan, 'memory.max')).not.toHaveProperty('hints');
    expect(plan.summary).toMatchObject({ create: 2, refused: 0 });
  });

  it('is held against what is left beside the reservations', () => {
    const web = withLimits('web', { 'memory.max': 7 * Gi, 'cpu.max': 4, 'pids.max': 600 });

    const plan = planOnHost([web], [], { reservations: { memoryBytes: 2 * Gi, cpus: 0.5, tasks: 500 } });

    expect(rowOf(plan, 'memory.max')).toMatchObject({ host: 8 * Gi, reserved: 2 * Gi, over: Gi });
    expect(rowOf(plan, 'cpu.max')).toMatchObject({ reserved: 0.5, over: 0.5 });
    expect(rowOf(plan, 'pids.max')).toMatchObject({ reserved: 500, over: 100 });
  });

  it('is not told where the host does not tell what it has', () => {
    const web = withLimits('web', { 'memory.min': 2 ** 50 });

    const plan = makePlan(desiredState([web]), observedState([], [web]), codec);

    expect(plan).not.toHaveProperty('capacity');
    expect(plan.summary).toMatchObject({ create: 1, refused: 0 });
  });

  it('has no row for the one thing that the host does not tell', () => {
    const { tasks: _tasks, ...capacity } = roomyHost;

    const rows = planOnHost([desiredContainer('web')], [], { capacity }).capacity?.rows.map(({ resource }) => resource);

    expect(rows).toEqual(['memory.max', 'cpu.max', 'disk']);
  });

  it('is not summed where only some containers are looked at', () => {
    expect(planOnHost([desiredContainer('a'), desiredContainer('b')], [], { only: new Set([name('a')]) })).not.toHaveProperty('capacity');
  });
});
