import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/plan/plan.ts';
import type { Plan } from '../../src/plan/types.ts';
import { openReporter } from '../../src/watch/reporter.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';

const desired = [desiredContainer('web', { drift: { default: 'report', paths: {} } })];
const running = desired.map((one) => runningAs(one, codecs.unified));

function planOf(observed = running): Plan {
  return makePlan(desiredState(desired), observedState(observed, desired), codecs.unified);
}

function drifted(value: string): Plan {
  const [one] = running;
  const cgroup = one?.cgroup;
  if (one === undefined || cgroup === undefined) throw new Error('no container');
  return planOf([{ ...one, cgroup: { ...cgroup, files: { ...cgroup.files, 'memory.max': value } } }]);
}

function open() {
  const types: string[] = [];
  return { types, reporter: openReporter((event) => types.push(event.type)) };
}

describe('what a watch tells', () => {
  it('is the first plan even if there is nothing to do, and that it is ready, once', () => {
    const { types, reporter } = open();

    for (let pass = 0; pass < 3; pass += 1) {
      reporter.plan(planOf());
      reporter.done();
    }

    expect(types).toEqual(['pass', 'ready']);
  });

  it('is reported drift once, and again when it becomes another', () => {
    const { types, reporter } = open();
    reporter.plan(planOf());
    reporter.done();

    for (const value of ['1073741824', '1073741824', '2147483648']) reporter.plan(drifted(value));

    expect(types).toEqual(['pass', 'ready', 'pass', 'pass']);
  });

  it('is a wrong manifest once, until it is wrong in another way', () => {
    const { types, reporter } = open();
    const wrong = (message: string) => [{ file: 'a.yaml', line: 1, column: 1, path: 'spec', message, hint: 'mend it' }];

    reporter.source([]);
    reporter.source(wrong('one'));
    reporter.source(wrong('one'));
    reporter.source(wrong('two'));
    reporter.source([]);

    expect(types).toEqual(['source-error', 'source-error', 'source-error']);
  });
});
