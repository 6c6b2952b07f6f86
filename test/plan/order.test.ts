import { describe, expect, it } from 'vitest';
import { lanesOf, orderSteps, phasesOf } from '../../src/plan/order.ts';
import type { Phase, Step } from '../../src/plan/types.ts';
import { name } from '../support/containers.ts';

function step(phase: Phase, lane: string, kind: 'stop' | 'start' = 'stop'): Step {
  return { kind, phase, lane, container: name(lane) };
}

describe('the order of steps', () => {
  it('runs phases from giving room to taking it, whatever the order they come in', () => {
    const phases: Phase[] = ['create', 'prune', 'increase', 'record', 'renew', 'announce', 'delete', 'decrease'];

    const ordered = orderSteps(phases.map((phase) => step(phase, 'a')));

    expect(ordered.map(({ phase }) => phase)).toEqual(['announce', 'decrease', 'increase', 'record', 'delete', 'renew', 'create', 'prune']);
  });

  it('keeps the order of the steps of one lane', () => {
    const lanes = lanesOf([step('delete', 'a', 'stop'), step('delete', 'b', 'stop'), step('delete', 'a', 'start')]);

    expect(lanes.map((lane) => lane.map(({ kind }) => kind))).toEqual([['stop', 'start'], ['stop']]);
  });

  it('leaves out phases in which nothing happens', () => {
    expect(phasesOf([step('renew', 'a')])).toHaveLength(1);
  });
});
