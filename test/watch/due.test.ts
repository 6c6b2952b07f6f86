import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openDue } from '../../src/watch/due.ts';
import { name } from '../support/containers.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

function open() {
  const rings: string[][] = [];
  const due = openDue((names) => rings.push([...names].sort()), Date.now);
  return { rings, due };
}

it('asks for each container at its own time', () => {
  const { rings, due } = open();
  const nowMs = Date.now();

  due.set(name('late'), nowMs + 200);
  due.set(name('a'), nowMs + 100);
  due.set(name('b'), nowMs + 100);
  vi.advanceTimersByTime(150);
  expect(rings).toEqual([['a', 'b']]);
  vi.advanceTimersByTime(100);

  expect(rings).toEqual([['a', 'b'], ['late']]);
});

it('forgets what was asked for before', () => {
  const { rings, due } = open();
  const nowMs = Date.now();

  due.set(name('a'), nowMs + 100);
  due.set(name('a'), nowMs + 300);
  vi.advanceTimersByTime(200);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(200);

  expect(rings).toEqual([['a']]);
});

it('stays silent once it is cancelled', () => {
  const { rings, due } = open();

  due.set(name('a'), Date.now() + 100);
  due.cancel();
  vi.advanceTimersByTime(1_000);

  expect(rings).toEqual([]);
});
