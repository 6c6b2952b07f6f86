import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import type { Step } from '../../src/plan/types.ts';
import type { Ending } from '../../src/watch/in-hand.ts';
import { openInHand } from '../../src/watch/in-hand.ts';
import { name } from '../support/containers.ts';

const stepOf = (container: string, kind: 'create' | 'start'): Step => ({ kind, phase: 'create', lane: container, container: name(container) });

function open() {
  const endings: Ending[] = [];
  return { endings, inHand: openInHand((ending) => endings.push(ending)) };
}

describe('a container', () => {
  it('is in hand until its last step ended', () => {
    const { inHand, endings } = open();
    const [create, start] = [stepOf('web', 'create'), stepOf('web', 'start')];

    inHand.begin([create, start]);
    inHand.note({ type: 'started', step: create });
    inHand.note({ type: 'finished', step: create, durationMs: 1 });
    expect([...inHand.names]).toEqual(['web']);
    inHand.note({ type: 'finished', step: start, durationMs: 1 });

    expect([...inHand.names]).toEqual([]);
    expect(endings).toEqual([{ name: 'web', skipped: false, missed: false }]);
  });

  it('that fails ends with the error, after the steps that it skipped', () => {
    const { inHand, endings } = open();
    const error = new ReconcileError('ERR_RUNTIME_FAILED', 'no');

    inHand.begin([stepOf('web', 'create'), stepOf('web', 'start')]);
    inHand.note({ type: 'failed', step: stepOf('web', 'create'), error });
    inHand.note({ type: 'skipped', step: stepOf('web', 'start') });

    expect(endings).toEqual([{ name: 'web', error, skipped: true, missed: false }]);
  });

  it('that was asked for meanwhile says so at its end', () => {
    const { inHand, endings } = open();
    inHand.begin(['a', 'b', 'c'].map((container) => stepOf(container, 'start')));

    inHand.miss(new Set(['a']));
    for (const container of ['a', 'b']) inHand.note({ type: 'finished', step: stepOf(container, 'start'), durationMs: 1 });
    inHand.miss(undefined);
    inHand.note({ type: 'finished', step: stepOf('c', 'start'), durationMs: 1 });

    expect(endings.map(({ missed }) => missed)).toEqual([true, false, true]);
  });
});
