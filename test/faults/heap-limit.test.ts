import { afterEach, beforeEach, expect, it } from 'vitest';
import { soon } from '../support/disturb.ts';
import { eventually, openInstance } from '../support/instance.ts';
import type { Instance, Watcher } from '../support/instance.ts';
import { readCgroup } from '../support/kernel.ts';
import { sleeper } from '../support/manifest.ts';
import { within } from '../support/pace.ts';
import { misfits, startsOf } from '../support/remains.ts';
import { requires } from '../support/requires.ts';

const describeOnHost = requires({ root: true, programs: ['conmon', 'busybox', 'env'] });

const trials = Math.max(1, Number(process.env['TRIALS'] ?? 1));

/** Enough for a watch of a few containers, which takes about 10 MB. */
const heapMb = 16;

/** Each is a manifest as large as one may be, and all of them together are twice as large as the heap. */
const hugeFiles = Array.from({ length: 40 }, (_, index) => `huge-${index}`);

const convergesWithinMs = 5_000;

describeOnHost('a watch whose heap is limited and that is given more manifests than fit into it', () => {
  let host: Instance;
  beforeEach(() => { host = openInstance(); });
  afterEach(() => host.close());

  const limits = (max: number): string => `  resources: {pids: {max: ${max}}}`;
  const startWatch = (): Watcher => host.startIn(['env', `NODE_OPTIONS=--max-old-space-size=${heapMb}`], 'watch', '--allow-prune', host.manifests);

  const writeHuge = (): void => {
    const annotations = ['a', 'b', 'c'].map((key) => `    ${key}: "${key.repeat(250_000)}"\n`).join('');
    for (const name of hugeFiles) host.write(`${name}.yaml`, sleeper(name).replace(`{name: ${name}}`, `\n  name: ${name}\n  annotations:\n${annotations}`));
  };

  it('ends with a signal of its own, leaves the containers as they are, and is followed by one that takes up what it was at', { timeout: within(30_000 + 10_000 * trials) }, async ({ task }) => {
    task.meta.faultTrials = { fault: 'the watch runs out of memory', how: 'a heap of 16 MB, and manifests of 30 MB saved while containers are made', trials };
    for (const name of ['kept', 'sized']) host.write(`${name}.yaml`, sleeper(name, [soon, limits(64)]));
    let watcher = startWatch();
    await watcher.until(/watching/i);
    const before = startsOf(host, ['kept', 'sized']);

    for (let trial = 1; trial <= trials; trial += 1) {
      const fresh = ['x', 'y', 'z'].map((letter) => `${letter}-${trial}`);
      for (const name of fresh) host.write(`${name}.yaml`, sleeper(name, [soon]));
      writeHuge();
      await eventually(() => { expect(watcher.child.exitCode ?? watcher.child.signalCode, watcher.output().slice(-2_000)).not.toBeNull(); });
      await watcher.stop();
      expect([watcher.child.exitCode, watcher.child.signalCode]).toEqual([null, 'SIGABRT']);
      expect(watcher.output()).toMatch(/heap out of memory/);
      expect(startsOf(host, ['kept', 'sized'])).toEqual(before);
      for (const name of hugeFiles) host.remove(`${name}.yaml`);
      host.write('sized.yaml', sleeper('sized', [soon, limits(64 + trial)]));

      watcher = startWatch();
      await eventually(() => {
        expect(watcher.output()).toMatch(/watching/i);
        expect(misfits(host, ['kept', 'sized', ...fresh]).join('\n')).toBe('');
        expect(readCgroup(host.cgroup('sized'), 'pids.max')).toBe(String(64 + trial));
      }, convergesWithinMs);
      expect(startsOf(host, ['kept', 'sized'])).toEqual(before);
      for (const name of fresh) host.remove(`${name}.yaml`);
      await eventually(() => { expect(misfits(host, ['kept', 'sized']).join('\n')).toBe(''); });
    }

    expect(await watcher.stop()).toBe(0);
  });
});
