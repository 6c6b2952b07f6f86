import { describe, expect, it } from 'vitest';
import { parseOptions } from './options.ts';

const known = { names: ['create', 'drift', 'pass'], cpus: 2 };

describe('the options of a bench', () => {
  it('are all measures in full, the built program, and twice as many at once as there are CPUs', () => {
    expect(parseOptions([], known)).toEqual({
      ...{ list: false, quick: false, installPeers: false, updateReadme: false },
      ...{ only: [], out: undefined, program: undefined, idleMinutes: undefined, concurrency: 4 },
    });
  });

  it('name measures in one word or several', () => {
    expect(parseOptions(['--only', 'create,drift', '--only', 'pass'], known).only).toEqual(['create', 'drift', 'pass']);
  });

  it('take numbers and files', () => {
    const options = parseOptions(['--idle-minutes', '60', '--concurrency=8', '--out', 'a.json', '--program', 'src/cli.ts'], known);

    expect(options).toMatchObject({ idleMinutes: 60, concurrency: 8, out: 'a.json', program: 'src/cli.ts' });
  });

  it.each<[args: readonly string[], message: RegExp]>([
    [['--only', 'crate'], /crate.*create, drift, pass/],
    [['--idle-minutes', 'long'], /--idle-minutes long/],
    [['--concurrency', '0'], /above 0/],
    [['--fast'], /--fast/],
    [['drift'], /drift/],
  ])('refuse %j', (args, message) => {
    expect(() => parseOptions(args, known)).toThrow(message);
  });
});
