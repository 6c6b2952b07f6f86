import { describe, expect, it } from 'vitest';
import { startLoop } from '../../src/watch/loop.ts';
import type { Wake } from '../../src/watch/wake.ts';
import { wakeAll, wakeContainer, wakeSource } from '../../src/watch/wake.ts';
import { name } from '../support/containers.ts';

/** A loop whose passes end when the test says so. */
function openTestLoop() {
  const stop = new AbortController();
  const passes: Wake[] = [];
  const ends: (() => void)[] = [];
  const loop = startLoop((wake) => {
    passes.push(wake);
    return new Promise((resolve) => ends.push(resolve));
  }, stop.signal);
  const endPass = async (): Promise<void> => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { loop, passes, endPass, stop };
}

describe('the loop', () => {
  it('runs a full pass at once', () => {
    const { passes } = openTestLoop();

    expect(passes).toEqual([wakeAll]);
  });

  it('runs one pass at a time, and one more for all that was asked meanwhile', async () => {
    const { loop, passes, endPass } = openTestLoop();

    loop.wake(wakeContainer(name('a')));
    loop.wake(wakeContainer(name('b')));
    loop.wake(wakeSource);
    expect(passes).toHaveLength(1);
    await endPass();
    await endPass();

    expect(passes.slice(1)).toEqual([{ reload: true, full: false, names: new Set(['a', 'b']) }]);
  });

  it('sleeps until it is woken', async () => {
    const { loop, passes, endPass } = openTestLoop();
    await endPass();
    expect(passes).toHaveLength(1);

    loop.wake(wakeAll);
    await endPass();

    expect(passes).toHaveLength(2);
  });

  it('stops when told, after the pass in flight', async () => {
    const { loop, passes, endPass, stop } = openTestLoop();
    loop.wake(wakeAll);

    stop.abort();
    await endPass();
    await loop.stopped;

    expect(passes).toHaveLength(1);
  });

  it('stops when told while it sleeps', async () => {
    const { loop, endPass, stop } = openTestLoop();
    await endPass();

    stop.abort();

    await expect(loop.stopped).resolves.toBeUndefined();
  });
});
