import { describe, expect, it } from 'vitest';
import { openSlots } from '../../src/apply/slots.ts';

/** Acts that end when the test says so. */
function openActs(count: number) {
  const slots = openSlots(count);
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const act = (id: string): Promise<void> =>
    slots.hold(() => {
      begun.push(id);
      return new Promise((resolve, reject) => ends.set(id, (error) => { if (error === undefined) resolve(); else reject(error); }));
    });
  const end = async (id: string, error?: Error): Promise<void> => {
    ends.get(id)?.(error);
    await new Promise(setImmediate);
  };
  return { act, end, begun };
}

describe('slots', () => {
  it('let so many acts run at a time, the others in the order in which they came', async () => {
    const { act, end, begun } = openActs(2);

    const all = Promise.all(['a', 'b', 'c', 'd'].map(act));
    await new Promise(setImmediate);
    expect(begun).toEqual(['a', 'b']);
    await end('b');
    expect(begun).toEqual(['a', 'b', 'c']);
    await end('a');

    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    await end('c');
    await end('d');
    await all;
  });

  it('are given back by an act that fails', async () => {
    const { act, end, begun } = openActs(1);
    const first = act('a');
    const second = act('b');
    const failure = expect(first).rejects.toThrow('no');
    await new Promise(setImmediate);

    await end('a', new Error('no'));
    await failure;

    expect(begun).toEqual(['a', 'b']);
    await end('b');
    await second;
  });

  it('are at least one', async () => {
    let done = false;

    await openSlots(0).hold(async () => { done = true; });

    expect(done).toBe(true);
  });
});
