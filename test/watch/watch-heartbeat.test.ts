import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { LoadedSource } from '../../src/source/source.ts';
import { watch } from '../../src/watch/watch.ts';
import { openFakeHost } from '../support/fake-host.ts';

let root: string;
let stop: AbortController;
let watching: Promise<boolean>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'reconcile-heart-'));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await watching;
  rmSync(root, { recursive: true, force: true });
});

const everyMs = 20;

/** Begins a watch of no manifests and gives the times of its beats. */
function begin(load: (count: number) => Promise<LoadedSource>): readonly number[] {
  const beats: number[] = [];
  let count = 0;
  const source = {
    load: () => load((count += 1)),
    async *changes(signal: AbortSignal): AsyncGenerator<undefined> {
      await new Promise((resolve) => { signal.addEventListener('abort', resolve); });
    },
  };
  const heartbeat = { everyMs, beat: () => beats.push(performance.now()) };
  watching = watch(openFakeHost({ root }), source, { signal: stop.signal, resyncMs: 50, heartbeat, onEvent: () => undefined });
  return beats;
}

const nothing: LoadedSource = { revision: 'r1', files: [], diagnostics: [] };
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('has a heart that beats while passes come and end', async () => {
  const beats = begin(async () => nothing);

  await expect.poll(() => beats.length).toBeGreaterThan(10);
});

it('has a heart that beats while passes fail', async () => {
  const beats = begin(async () => { throw new Error('no such folder'); });

  await expect.poll(() => beats.length).toBeGreaterThan(10);
});

it('has a heart that stops while the manifests hang', async () => {
  const beats = begin((count) => (count < 3 ? Promise.resolve(nothing) : new Promise(() => undefined)));
  await pause(1_000);

  const before = beats.length;
  await pause(10 * everyMs);

  expect(before).toBeGreaterThan(0);
  expect(beats).toHaveLength(before);
});
