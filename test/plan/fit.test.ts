import { describe, expect, it } from 'vitest';
import type { DesiredContainer } from '../../src/state/desired.ts';
import type { Resources } from '../../src/state/resources.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, name, plainSpec } from '../support/containers.ts';
import { exitedAs, runningAs } from '../support/model-states.ts';
import { Gi, Mi, outcomeOf, planOnHost, rowOf } from './capacity-fixture.ts';

const codec = codecs.unified;

const withLimits = (text: string, resources: Resources, group = text): DesiredContainer => desiredContainer(text, { resources }, group);
const running = (container: DesiredContainer) => runningAs(container, codec);

/** Each of `count` replicas is guaranteed so much. */
function replicas(count: number, memoryMin: number): DesiredContainer[] {
  return Array.from({ length: count }, (_, index) => withLimits(`web-${index}`, { 'memory.min': memoryMin }, 'web'));
}

describe('a guarantee that the host has no room for', () => {
  it('refuses the container, with how much it is too much and what would fit', () => {
    const web = withLimits('web', { 'memory.min': 11 * Gi });

    const plan = planOnHost([web]);

    expect(plan.changes).toMatchObject([{ action: 'none', reason: 'refused' }]);
    expect(plan.changes[0]?.refusals).toEqual([
      {
        path: 'resources.memory.min',
        message: '11 GiB does not fit: 11 GiB guaranteed in all, 3 GiB over; this host has 8 GiB',
        hint: 'lower spec.resources.memory.min of web to 8Gi',
      },
    ]);
    expect(plan.steps).toEqual([]);
    expect(rowOf(plan, 'memory.min')).toMatchObject({ before: 0, after: 0, asked: 11 * Gi, over: 3 * Gi, hints: ['lower spec.resources.memory.min of web to 8Gi'] });
  });

  it('lets the others go on', () => {
    const plan = planOnHost([withLimits('a', { 'memory.min': 7 * Gi }), withLimits('b', { 'memory.min': 2 * Gi }), withLimits('c', { 'memory.min': Gi }), desiredContainer('d')]);

    expect(outcomeOf(plan)).toEqual({ done: ['a', 'c', 'd'], refused: ['b'] });
    expect(rowOf(plan, 'memory.min')).toMatchObject({ after: 8 * Gi, asked: 10 * Gi, over: 2 * Gi });
  });

  it('says how many replicas fit, and with how much all would', () => {
    const plan = planOnHost(replicas(8, 1.25 * Gi));

    expect(outcomeOf(plan).refused).toEqual(['web-6', 'web-7']);
    const refusals = plan.changes.flatMap((change) => change.refusals);
    expect(refusals[0]?.hint).toBe('lower spec.resources.memory.min of web to 1Gi, or keep to 6 of 8 replicas');
    expect(refusals[1]).toEqual(refusals[0]);
    expect(rowOf(plan, 'memory.min')?.hints).toEqual([refusals[0]?.hint]);
  });

  it('takes replicas in the order of their numbers', () => {
    expect(outcomeOf(planOnHost(replicas(12, Gi))).refused).toEqual(['web-10', 'web-11', 'web-8', 'web-9']);
  });

  it('names what others have where lowering this one is not enough', () => {
    const full = withLimits('a', { 'memory.min': 8 * Gi });

    const plan = planOnHost([full, withLimits('b', { 'memory.min': Gi })], [running(full)]);

    expect(plan.changes[1]?.refusals[0]?.hint).toBe('lower memory.min of other containers');
  });

  it('keeps what runs before what is new, whatever their names', () => {
    const old = withLimits('z', { 'memory.min': 4 * Gi });

    const plan = planOnHost([withLimits('a', { 'memory.min': 4 * Gi }), withLimits('z', { 'memory.min': 6 * Gi })], [running(old)]);

    expect(outcomeOf(plan)).toEqual({ done: ['z'], refused: ['a'] });
  });

  it('leaves what runs as it is where it asks for more than there is', () => {
    const plan = planOnHost([withLimits('web', { 'memory.min': 9 * Gi })], [running(withLimits('web', { 'memory.min': Gi }))]);

    expect(plan.changes).toMatchObject([{ action: 'none', reason: 'refused', fields: [{ path: 'resources.memory.min' }] }]);
    expect(rowOf(plan, 'memory.min')).toMatchObject({ before: Gi, after: Gi, asked: 9 * Gi });
  });

  it('counts what others give back in the same plan', () => {
    const [a, b] = [withLimits('a', { 'memory.min': 6 * Gi }), withLimits('b', { 'memory.min': Gi })];
    const gone = withLimits('gone', { 'memory.min': Gi });

    const plan = planOnHost([withLimits('a', { 'memory.min': Gi }), withLimits('b', { 'memory.min': 7 * Gi })], [running(a), running(b), running(gone)]);

    expect(outcomeOf(plan)).toEqual({ done: ['a', 'b', 'gone'], refused: [] });
  });

  it('counts what one gives back of the one guarantee that asks for more of the other', () => {
    const old = withLimits('b', { 'memory.low': 8 * Gi });

    const plan = planOnHost([withLimits('a', { 'memory.low': 2 * Gi }), withLimits('b', { 'memory.min': 2 * Gi, 'memory.low': 2 * Gi })], [running(old)]);

    expect(outcomeOf(plan)).toEqual({ done: ['a', 'b'], refused: [] });
  });

  it('does not touch who asks for no more than it has, though there is less by now', () => {
    const web = withLimits('web', { 'memory.min': 6 * Gi });
    const less = { ...web, spec: { ...web.spec, hostname: 'other', resources: { 'memory.min': 5 * Gi } } };

    const plan = planOnHost([less], [running(web)], { reservations: { memoryBytes: 4 * Gi } });

    expect(outcomeOf(plan)).toEqual({ done: ['web'], refused: [] });
    expect(rowOf(plan, 'memory.min')).toMatchObject({ over: Gi, hints: ['lower spec.resources.memory.min of web, which has most of it'] });
  });

  it('starts a container again that ended with what it had', () => {
    const web = withLimits('web', { 'memory.min': 6 * Gi });

    expect(outcomeOf(planOnHost([web], [exitedAs(web, codec)], { reservations: { memoryBytes: 4 * Gi } })).done).toEqual(['web']);
  });

  it('is judged against what the reservation leaves', () => {
    const web = withLimits('web', { 'memory.min': 7 * Gi });

    const [change] = planOnHost([web], [], { reservations: { memoryBytes: 2 * Gi } }).changes;

    expect(change?.refusals[0]).toMatchObject({
      message: '7 GiB does not fit: 7 GiB guaranteed in all, 1 GiB over; this host has 6 GiB beside the 2 GiB reserved',
      hint: 'lower spec.resources.memory.min of web to 6Gi',
    });
  });

  it('is all that the container may use, or all there is, where it is max', () => {
    const bounded = withLimits('a', { 'memory.min': 'max', 'memory.max': Gi });
    const boundless = withLimits('b', { 'memory.low': 'max' });

    const plan = planOnHost([bounded, boundless, withLimits('c', { 'memory.low': Mi })]);

    expect(rowOf(plan, 'memory.min')?.after).toBe(Gi);
    expect(outcomeOf(plan).refused).toEqual(['c']);
  });

  it('is no reason to refuse where nobody is guaranteed anything', () => {
    const plan = planOnHost([desiredContainer('web', { resources: { 'memory.max': 2 ** 45 } })]);

    expect(plan.summary).toMatchObject({ create: 1, refused: 0 });
  });

  it('comes after other reasons, which hold no room', () => {
    const impossible = desiredContainer('a', { resources: { 'memory.min': 8 * Gi, 'cpuset.cpus': '9' } });

    expect(outcomeOf(planOnHost([impossible, withLimits('b', { 'memory.min': 8 * Gi })]))).toEqual({ done: ['b'], refused: ['a'] });
  });
});

describe('a pass over some containers alone', () => {
  const full = withLimits('a', { 'memory.min': 8 * Gi });
  const other = withLimits('b', { 'memory.min': Gi });

  it('takes the others at what their manifests ask', () => {
    const plan = planOnHost([full, other], [running(withLimits('b', {}))], { only: new Set([name('b')]) });

    expect(outcomeOf(plan)).toEqual({ done: [], refused: ['b'] });
  });

  it('leaves to those that are in hand what their manifests ask', () => {
    const plan = planOnHost([full, other], [running(withLimits('b', {}))], { busy: new Set(['a']) });

    expect(outcomeOf(plan)).toEqual({ done: [], refused: ['b'] });
  });

  it('judges nobody who has what it asks for', () => {
    const restarted = { ...other, spec: { ...other.spec, hostname: 'other' } };

    const plan = planOnHost([full, restarted], [running(other)], { only: new Set([name('b')]) });

    expect(outcomeOf(plan)).toEqual({ done: ['b'], refused: [] });
    expect(plan.changes[0]?.action).toBe('restart');
  });

  it('judges nobody who is guaranteed nothing', () => {
    const plain = desiredContainer('c', { resources: plainSpec.resources });

    expect(outcomeOf(planOnHost([full, other, plain], [], { only: new Set([name('c')]) })).done).toEqual(['c']);
  });
});
