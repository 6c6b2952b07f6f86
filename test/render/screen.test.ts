import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { openScreen } from '../../src/render/screen.ts';
import type { Streams } from '../../src/render/screen.ts';

/** Streams that say which of them was opened, in order. */
function noted(opened: string[]): Streams {
  const open = (name: string): never => {
    opened.push(name);
    return new PassThrough() as never;
  };
  return { get stdin() { return open('stdin'); }, get stdout() { return open('stdout'); }, get stderr() { return open('stderr'); } };
}

it.each([
  ['nothing where nothing is printed', [], () => undefined],
  ['stdout alone, and once, for a result', ['stdout'], (screen) => { screen.write('one\n'); screen.write('two\n'); }],
  ['stderr alone for a note', ['stderr'], (screen) => { screen.note('one'); }],
  ['stdin where it is asked whether somebody sits there', ['stdin'], (screen) => void screen.interactive],
] as const satisfies readonly (readonly [string, readonly string[], (screen: ReturnType<typeof openScreen>) => void])[])('opens %s', (_, want, use) => {
  const opened: string[] = [];
  const screen = openScreen(noted(opened), 'text', {});

  use(screen);

  expect(opened).toEqual(want);
});

it('drops what is written after its reader went away, and tells', () => {
  const stdout = new PassThrough();
  const screen = openScreen({ stdin: process.stdin, stdout: stdout as never, stderr: process.stderr }, 'text', {});
  screen.write('one\n');

  stdout.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  screen.write('two\n');

  expect(screen.closed.aborted).toBe(true);
  expect(String(stdout.read())).toBe('one\n');
});
