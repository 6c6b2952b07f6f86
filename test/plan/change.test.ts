import { expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';

it('makes a container anew whose removal began and did not end, though its process is there and nothing differs', () => {
  const web = desiredContainer('web');
  const terminating = { ...runningAs(web, codecs.unified), status: 'terminating' } as const;

  const plan = makePlan(desiredState([web]), observedState([terminating], [web]), codecs.unified);

  expect(plan.changes).toMatchObject([{ action: 'create', reason: 'removal-interrupted' }]);
  expect(plan.steps.map(({ kind }) => kind)).toEqual(['stop', 'remove', 'prepare', 'create', 'write-limits', 'start']);
});
