import { describe, expect, it } from 'vitest';
import { mendForHabit, verbForHabit } from '../../src/commands/habits.ts';
import { findCommand } from '../../src/commands/table.ts';

describe('verbForHabit', () => {
  it.each([['up', 'apply'], ['down', 'destroy'], ['ls', 'status'], ['diff', 'plan'], ['plan', undefined], ['shop', undefined]])(
    'takes %s for %s',
    (word, verb) => {
      expect(verbForHabit(word)).toBe(verb);
    },
  );

  it('leads to commands that there are', () => {
    const verbs = ['up', 'diff', 'check', 'ls', 'log', 'sh', 'down'].map((word) => verbForHabit(word) ?? '');

    expect(verbs.map((verb) => findCommand(verb)?.name)).toEqual(verbs);
  });
});

describe('mendForHabit', () => {
  it('knows flags of other programs, and nothing else', () => {
    expect(mendForHabit('--dry-run')).toBe('reconcile plan shows what apply would do');
    expect(mendForHabit('--constructor')).toBeUndefined();
    expect(mendForHabit('constructor')).toBeUndefined();
  });
});
