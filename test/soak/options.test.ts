import { describe, expect, it } from 'vitest';
import { commandOf, parseOptions } from './options.ts';

describe('parseOptions', () => {
  it('has an hour of fifty containers by any seed where nothing is said', () => {
    expect(parseOptions([], 42)).toEqual({ hours: 1, seed: 42, containers: 50, out: '.cache/soak.svg', pace: 1 });
  });

  it('takes a part of an hour', () => {
    expect(parseOptions(['--hours', '0.08', '--seed', '7', '--containers', '5', '--out', 'x.svg', '--pace', '10'], 0)).toEqual({ hours: 0.08, seed: 7, containers: 5, out: 'x.svg', pace: 10 });
  });

  it.each([['--hours', '0'], ['--hours', 'x'], ['--hours', ''], ['--seed', '1.5'], ['--seed', '-1'], ['--containers', '2'], ['--pace', '-1'], ['--other', '1']])('refuses %s %s', (flag, value) => {
    expect(() => parseOptions([flag, value], 0)).toThrow(flag);
  });

  it('gives the command that does the same again', () => {
    const options = parseOptions(['--hours', '0.08', '--containers', '9'], 42);

    expect(parseOptions(commandOf(options).split(' ').slice(4), 1)).toEqual(options);
  });
});
