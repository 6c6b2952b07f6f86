import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { formatDuration, longestMs, parseDuration } from '../../src/manifest/duration.ts';

describe('a duration', () => {
  it.each([
    ['0s', 0],
    ['500ms', 500],
    ['10s', 10_000],
    ['5m', 300_000],
    ['1h', 3_600_000],
    ['1m30s', 90_000],
    ['1h2m3s4ms', 3_723_004],
    ['576h', longestMs],
  ])('reads %s as milliseconds', (text, value) => {
    expect(parseDuration(text)).toEqual({ value });
  });

  it.each([
    ['10', 'has no unit', 'write 10s for seconds; the units are ms s m h'],
    ['-5s', 'must not be negative', 'write a duration such as 10s'],
    ['1.5s', 'has a fraction', 'write 1500ms for one and a half seconds'],
    ['12:30:45', 'is a time of day, not a duration', 'write a duration such as 1m30s'],
    ['1d', 'has an unknown unit', 'write hours, such as 24h; the units are ms s m h'],
    ['577h', 'is more than 576h', 'write 576h (24 days) or less'],
    ['', 'is not a duration', 'write a number with a unit, such as 10s or 1m30s; the units are ms s m h'],
    ['s', 'is not a duration', 'write a number with a unit, such as 10s or 1m30s; the units are ms s m h'],
    ['30s1m', 'is not a duration', 'write a number with a unit, such as 10s or 1m30s; the units are ms s m h'],
    ['1e3s', 'is not a duration', 'write a number with a unit, such as 10s or 1m30s; the units are ms s m h'],
  ])('refuses %j and says what to write', (text, message, hint) => {
    expect(parseDuration(text)).toEqual({ fault: { message, hint } });
  });

  it('refuses what is shorter than the least', () => {
    expect(parseDuration('1ms', 10)).toEqual({ fault: { message: 'is less than 10ms', hint: 'write 10ms or more' } });
  });

  it('comes back the same from its shortest form', () => {
    fc.assert(
      fc.property(fc.nat({ max: longestMs }), (durationMs) => {
        expect(parseDuration(formatDuration(durationMs))).toEqual({ value: durationMs });
      }),
    );
  });
});
