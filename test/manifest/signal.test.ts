import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { parseSignal } from '../../src/manifest/signal.ts';

describe('a signal', () => {
  it('is known wherever node knows it', () => {
    const names = Object.keys(constants.signals).filter((name) => !['SIGIOT', 'SIGPOLL', 'SIGUNUSED'].includes(name));

    expect(names.length).toBeGreaterThan(25);
    for (const name of names) expect(parseSignal(name)).toEqual({ value: name.slice(3) });
  });

  it('is read with and without SIG', () => {
    expect(parseSignal('TERM')).toEqual(parseSignal('SIGTERM'));
  });

  it.each([
    ['term', 'write TERM'],
    ['sigusr1', 'write USR1'],
    ['TREM', 'write TERM'],
    ['15', 'write a name such as TERM, INT or USR1'],
    ['', 'write a name such as TERM, INT or USR1'],
  ])('is refused as %j', (text, hint) => {
    expect(parseSignal(text)).toEqual({ fault: { message: 'is not the name of a signal', hint } });
  });
});
