import { describe, expect, it } from 'vitest';
import { openTeller } from '../../src/watch/teller.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

describe('what a watch tells', () => {
  it('waits until what is to be done in the same turn is done, and keeps its order', async () => {
    const heard: string[] = [];
    const teller = openTeller<string>((event) => heard.push(event));

    teller.tell('plan');
    await Promise.resolve();
    teller.tell('finished');
    expect(heard).toEqual([]);
    await nextTurn();

    expect(heard).toEqual(['plan', 'finished']);
  });

  it('is told at once, and once, where it is asked for', async () => {
    const heard: string[] = [];
    const teller = openTeller<string>((event) => heard.push(event));
    teller.tell('last words');

    teller.flush();
    await nextTurn();

    expect(heard).toEqual(['last words']);
  });
});
