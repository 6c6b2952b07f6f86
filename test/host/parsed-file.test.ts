import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openParsedFile } from '../../src/host/parsed-file.ts';
import { isSameState, isSettled, stateOf, stepsMs } from '../../src/host/file-state.ts';

let dir: string;
let path: string;
let parsed: string[];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-parsed-'));
  path = join(dir, 'file');
  parsed = [];
});
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

const open = () => openParsedFile(path, (text) => {
  parsed.push(text);
  return { text };
});

/** As if nobody had touched it for a while: only waiting ages the other time, which nobody can set. */
async function settled(): Promise<void> {
  await expect.poll(() => isSettled(statSync(path)), { interval: 100 }).toBe(true);
}

describe('a parsed file', () => {
  it('is read once while it stays the same', async () => {
    writeFileSync(path, 'one');
    await settled();
    const file = open();

    const first = file.read();

    expect(file.read()).toBe(first);
    expect(parsed).toEqual(['one']);
  });

  it.each<[string, () => void]>([
    ['written to in place, with its times put back', () => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, 'two');
      utimesSync(path, atime, mtime);
    }],
    ['replaced', () => {
      writeFileSync(`${path}.new`, 'two');
      renameSync(`${path}.new`, path);
    }],
  ])('is read again once it is %s', async (_title, change) => {
    writeFileSync(path, 'one');
    await settled();
    const file = open();
    file.read();

    change();

    expect(file.read()).toEqual({ text: 'two' });
  });

  it('is read each time while it is so young that a change may not show', () => {
    writeFileSync(path, 'one');
    const file = open();

    file.read();
    file.read();

    expect(parsed).toEqual(['one', 'one']);
  });

  it('is read once more than a tick after it was written where its file system counts in ticks', async () => {
    writeFileSync(path, 'one');
    const file = openParsedFile(path, (text) => { parsed.push(text); }, stepsMs.withFifos);
    await expect.poll(() => isSettled(statSync(path), Date.now(), stepsMs.withFifos), { interval: 10 }).toBe(true);

    file.read();
    file.read();

    expect(parsed).toEqual(['one']);
  });

  it('is nothing where nothing is there, before and after', () => {
    const file = open();
    expect(file.read()).toBeUndefined();

    writeFileSync(path, 'one');
    expect(file.read()).toEqual({ text: 'one' });
    rmSync(path);

    expect(file.read()).toBeUndefined();
  });
});

describe('the state of a file', () => {
  const state = { dev: 1, ino: 2, size: 3, mtimeMs: 10_000, ctimeMs: 10_000 };

  it.each([['dev', 9], ['ino', 9], ['size', 9], ['mtimeMs', 9], ['ctimeMs', 9]] as const)('is another where its %s is', (key, value) => {
    expect(isSameState(state, stateOf(state))).toBe(true);
    expect(isSameState(state, { ...state, [key]: value })).toBe(false);
  });

  it('is settled once both of its times are older than any clock step, or lie as far ahead', () => {
    expect(isSettled(state, 10_100)).toBe(false);
    expect(isSettled(state, 13_000)).toBe(true);
    expect(isSettled({ ...state, mtimeMs: 12_900 }, 13_000)).toBe(false);
    expect(isSettled(state, 5_000)).toBe(true);
    expect(isSettled(state, 10_100, stepsMs.withFifos)).toBe(true);
    expect(isSettled(state, 10_040, stepsMs.withFifos)).toBe(false);
  });
});
