import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands, globalFlags } from '../../src/commands/table.ts';
import { errorCodes } from '../../src/errors.ts';
import { manPage } from '../../src/render/man.ts';
import { requires } from '../support/requires.ts';

const page = manPage({ commands, globalFlags, errorCodes, version: '1.2.3' });

describe('the manual page', () => {
  it('has the sections of a command, in their order', () => {
    expect([...page.matchAll(/^\.SH (.+)$/gm)].map(([, title]) => title)).toEqual([
      'NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS', 'ENVIRONMENT', 'EXIT STATUS', 'FILES', 'ERRORS', 'EXAMPLES', 'SEE ALSO',
    ]);
  });

  it('is the same each time, with the version and no date', () => {
    expect(page).toBe(manPage({ commands, globalFlags, errorCodes, version: '1.2.3' }));
    expect(page).toContain('.TH RECONCILE 1 "" "reconcile 1.2.3"\n');
  });

  it('holds ASCII alone', () => {
    expect(/[^\n\x20-\x7e]/.exec(page)).toBeNull();
  });
});

requires({ programs: ['groff'] })('the manual page under groff', () => {
  const { stdout, stderr } = spawnSync('groff', ['-man', '-ww', '-Tascii', '-P-c', '-rLL=200n'], { input: page, encoding: 'utf8' });
  const text = stdout.replace(/.\x08/g, '');

  it('has nothing to complain of', () => {
    expect(stderr).toBe('');
  });

  it('shows every command, flag, variable, example and error code as it is to be typed', () => {
    const flags = [...globalFlags, ...commands.flatMap((command) => command.flags)];
    const words = [
      ...commands.map(({ name }) => `reconcile ${name}`),
      ...flags.map(({ name }) => `--${name}`),
      ...flags.flatMap(({ env }) => env ?? []),
      ...Object.keys(errorCodes),
      ...commands.flatMap(({ examples }) => examples.map(({ command }) => command)),
    ];

    expect(words.filter((word) => !text.includes(word))).toEqual([]);
  });
});
