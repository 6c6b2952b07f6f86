import { describe, expect, it } from 'vitest';
import { paceText } from '../../src/render/pace.ts';

describe('paceText', () => {
  it.each([
    { title: 'containers a second', done: 240, total: 1000, elapsedMs: 10_000, text: ', 24/s, 32s to go' },
    { title: 'one decimal where they are few', done: 15, total: 30, elapsedMs: 10_000, text: ', 1.5/s, 10s to go' },
    { title: 'containers a minute where they are slow', done: 2, total: 4, elapsedMs: 30_000, text: ', 4/min, 30s to go' },
    { title: 'minutes', done: 100, total: 4000, elapsedMs: 10_000, text: ', 10/s, 6m to go' },
  ])('tells $title', ({ done, total, elapsedMs, text }) => {
    expect(paceText({ done, total, elapsedMs })).toBe(text);
  });

  it.each([
    { title: 'before two seconds are over', done: 50, total: 100, elapsedMs: 1_999 },
    { title: 'while nothing is done', done: 0, total: 100, elapsedMs: 60_000 },
    { title: 'when all is done', done: 100, total: 100, elapsedMs: 60_000 },
  ])('says nothing $title', ({ done, total, elapsedMs }) => {
    expect(paceText({ done, total, elapsedMs })).toBe('');
  });
});
