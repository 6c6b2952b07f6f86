import { describe, expect, it } from 'vitest';
import { openTeller } from '../../src/watch/teller.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const aMoment = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 20); });

describe('what a watch tells', () => {
  it('waits until what is to be done is done and whoever waits for that had its turn, and keeps its order', async () => {
    const heard: string[] = [];
    const teller = openTeller<string>((event) => heard.push(event));

    teller.tell('plan');
    await nextTurn();
    teller.tell('finished');
    expect(heard).toEqual([]);
    await aMoment();

    expect(heard).toEqual(['plan', 'finished']);
  });

  it('is told at once, and once, where it is asked for', async () => {
    const heard: string[] = [];
    const teller = openTeller<string>((event) => heard.push(event));
    teller.tell('last words');

    teller.flush();
    await aMoment();

    expect(heard).toEqual(['last words']);
  });
});
