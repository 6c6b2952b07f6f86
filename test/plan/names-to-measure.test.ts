import { describe, expect, it } from 'vitest';
import { makePlan, namesToMeasure } from '../../src/plan/plan.ts';
import type { ObservedContainer } from '../../src/state/observed.ts';
import { codecs } from '../support/codecs.ts';
import { desiredContainer, desiredState, observedState } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';

const codec = codecs.unified;
const web = desiredContainer('web');

/** The container as it is asked for, of unknown usage, with one file that somebody wrote. */
function foundWith(files: Readonly<Record<string, string>>): ObservedContainer {
  const running = runningAs(web, codec);
  const { usage: _unknown, ...cgroup } = running.cgroup!;
  return { ...running, cgroup: { ...cgroup, files: { ...cgroup.files, ...files } } };
}

describe('what containers use', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['is of no interest where nothing is to be done', {}, []],
    ['is of no interest for a limit that no usage can be above', { 'cpu.weight': '7' }, []],
    ['is of no interest for a limit that goes up', { 'memory.max': '1048576', 'pids.max': '3' }, []],
    ['decides where memory may come to be above its limit', { 'memory.max': 'max' }, ['web']],
    ['decides where tasks may come to be above their limit', { 'cpu.weight': '7', 'pids.max': 'max' }, ['web']],
  ])('%s', (_title, files, expected) => {
    const plan = makePlan(desiredState([web]), observedState([foundWith(files)], [web]), codec);

    expect([...namesToMeasure(plan)]).toEqual(expected);
  });
});
