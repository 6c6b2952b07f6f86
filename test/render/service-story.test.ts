import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../src/errors.ts';
import type { ServiceWord } from '../../src/host/notify.ts';
import { openServiceStory } from '../../src/render/service-story.ts';

function open() {
  const words: ServiceWord[] = [];
  const story = openServiceStory({ watchdogMs: 30_000, tell: (word) => words.push(word), settled: async () => undefined });
  return { words, story };
}

const failure = new ReconcileError('ERR_TIMEOUT', 'web: no answer');
const fault = { file: 'a.yaml', line: 1, column: 1, path: 'kind', message: 'is missing', hint: 'write kind' };

describe('what a service manager hears', () => {
  it('is that the watch is ready once the first pass ended', () => {
    const { words, story } = open();

    story.event({ type: 'ready' });

    expect(words).toEqual([{ ready: true, status: 'Watching' }]);
  });

  it('is that the watch is ready where the first pass failed, and why', () => {
    const { words, story } = open();

    story.event({ type: 'pass-failed', error: failure });

    expect(words).toEqual([{ ready: true, status: 'Watching; last failure: web: no answer' }]);
  });

  it('is how many faults the manifests have, until they are mended', () => {
    const { words, story } = open();

    story.event({ type: 'source-error', diagnostics: [fault, fault] });
    story.event({ type: 'ready' });
    story.event({ type: 'source-error', diagnostics: [] });

    expect(words.map(({ ready, status }) => [ready, status])).toEqual([
      [false, 'Starting; 2 faults in the manifests'],
      [true, 'Watching; 2 faults in the manifests'],
      [true, 'Watching'],
    ]);
  });

  it('is a beat, which asks for more time as long as the first pass goes on', () => {
    const { words, story } = open();

    story.beat();
    story.event({ type: 'ready' });
    story.beat();

    expect([words[0], words[2]]).toEqual([{ alive: true, extendMs: 30_000 }, { alive: true }]);
  });

  it('is that the watch stops, and that the containers do not', () => {
    const { words, story } = open();

    story.stopping();

    expect(words).toEqual([{ stopping: true, status: 'Stopping; the containers go on running' }]);
  });
});
