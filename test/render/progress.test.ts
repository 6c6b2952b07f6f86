import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import type { Step } from '../../src/plan/types.ts';
import { openProgress } from '../../src/render/progress.ts';
import { plainStyle } from '../../src/render/style.ts';
import type { ContainerName } from '../../src/state/container-name.ts';
import { changeOf, planOf } from './plan-fixture.ts';

function stepsOf(name: string): Step[] {
  const container = name as ContainerName;
  return [
    { kind: 'create', phase: 'create', lane: name, container },
    { kind: 'start', phase: 'create', lane: name, container },
  ];
}

function openRecorded(live: boolean): { told: string[]; onStep: ReturnType<typeof openProgress>['onStep'] } {
  const told: string[] = [];
  const plan = planOf([changeOf('a'), changeOf('b')], [...stepsOf('a'), ...stepsOf('b')]);
  const { onStep } = openProgress(plan, { write: (text) => told.push(text), style: plainStyle, live });
  return { told, onStep };
}

describe('openProgress', () => {
  it('tells off a terminal when a container is done, not each step', () => {
    const { told, onStep } = openRecorded(false);

    for (const step of stepsOf('a')) {
      onStep({ type: 'started', step });
      onStep({ type: 'finished', step, durationMs: 1 });
    }

    expect(told).toEqual([expect.stringMatching(/^created a \(\d+ms\)\n$/)]);
  });

  it('counts containers on a terminal in one line that is written over, beneath those that are done', () => {
    const { told, onStep } = openRecorded(true);

    for (const step of stepsOf('a')) {
      onStep({ type: 'started', step });
      onStep({ type: 'finished', step, durationMs: 1 });
    }

    expect(told.map((text) => text.replace(/\d+ms/, '1ms'))).toEqual([
      '\r\x1b[Kcreating 0/2 …', '\r\x1b[K', 'created a (1ms)\n', '\r\x1b[Kcreating 1/2 …',
    ]);
  });

  it('leaves no count on the terminal when all are done or failed', () => {
    const { told, onStep } = openRecorded(true);
    const [step] = stepsOf('b');

    for (const done of stepsOf('a')) onStep({ type: 'finished', step: done, durationMs: 1 });
    onStep({ type: 'failed', step: step!, error: new ReconcileError('ERR_ROOTFS', 'b: no space') });

    expect(told.at(-1)).toBe('failed b: no space [ERR_ROOTFS]\n');
  });

  it.each([
    { where: 'in its line on a terminal', live: true, told: '\r\x1b[Kcreating 1/2, 5/min, 13s to go …' },
    { where: 'every ten seconds elsewhere', live: false, told: '1 of 2 done, 5/min, 13s to go\n' },
  ])('tells the rate and the time to go of long work $where', ({ live, told }) => {
    const written: string[] = [];
    let nowMs = 0;
    const plan = planOf([changeOf('a'), changeOf('b')], [...stepsOf('a'), ...stepsOf('b')]);
    const { onStep } = openProgress(plan, { write: (text) => written.push(text), style: plainStyle, live, now: () => nowMs });

    nowMs = 13_000;
    for (const step of stepsOf('a')) onStep({ type: 'finished', step, durationMs: 1 });

    expect(written.at(-1)).toBe(told);
  });

  it('tells what went wrong with a jail, which counts as no container', () => {
    const { told, onStep } = openRecorded(false);

    onStep({ type: 'failed', step: { kind: 'remove-jail', phase: 'prune', lane: 'jail x', jail: 'x' }, error: new ReconcileError('ERR_ROOTFS', 'jail x: in use') });

    expect(told).toEqual(['failed jail x: in use [ERR_ROOTFS]\n']);
  });

  it('tells a failure with its hint at once', () => {
    const { told, onStep } = openRecorded(false);
    const [step] = stepsOf('a');

    onStep({ type: 'failed', step: step!, error: new ReconcileError('ERR_ROOTFS', 'a: no space\x07', { hint: 'free some' }) });

    expect(told.join('')).toBe('failed a: no space\\x07 [ERR_ROOTFS]\n  free some\n');
  });
});
