import { mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSettled } from '../../src/host/file-state.ts';
import { openDirSource } from '../../src/source/dir.ts';
import type { Source } from '../../src/source/source.ts';
import { countCalls } from '../support/count-calls.ts';
import type { CallCounts } from '../support/count-calls.ts';

let dir: string;

beforeEach(() => { dir = mkdtempSync(join(tmpdir(), 'reconcile-known-')); });
afterEach(() => { rmSync(dir, { recursive: true, force: true }); });

/** A source that has read `count` files, all of them as old as it takes. */
async function sourceOf(count: number): Promise<Source> {
  for (let index = 0; index < count; index += 1) writeFileSync(join(dir, `${index}.yaml`), `text: ${index}\n`);
  const settled = (): boolean => readdirSync(dir).every((file) => isSettled(statSync(join(dir, file))));
  await expect.poll(settled, { interval: 100 }).toBe(true);
  const source = openDirSource([dir]);
  await source.load();
  return source;
}

const loadCalls = (source: Source): Promise<CallCounts> => countCalls(() => source.load(), (path) => typeof path === 'string' && path.endsWith('.yaml'));

describe('manifests that were read before', () => {
  it('are looked at once each, and the changed one alone is opened', async () => {
    const source = await sourceOf(40);
    writeFileSync(join(dir, '7.yaml'), 'text: other\n');

    expect(await loadCalls(source)).toEqual({ lstatSync: 40, openSync: 1 });
  });

  it('are all opened where the source is new, each once', async () => {
    await sourceOf(20);

    expect(await loadCalls(openDirSource([dir]))).toEqual({ lstatSync: 20, openSync: 20 });
  });

  it.each<[string, (path: string) => void]>([
    ['written to in place, with the time put back', (path) => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, 'text: 8\n');
      utimesSync(path, atime, mtime);
    }],
    ['replaced by a file of the same length and time', (path) => {
      const { atime, mtime } = statSync(path);
      writeFileSync(`${path}~`, 'text: 8\n');
      utimesSync(`${path}~`, atime, mtime);
      renameSync(`${path}~`, path);
    }],
  ])('are read again once they are %s', async (_title, change) => {
    const source = await sourceOf(1);
    const before = await source.load();

    change(join(dir, '0.yaml'));
    const after = await source.load();

    expect(after.files[0]?.text).toBe('text: 8\n');
    expect(after.revision).not.toBe(before.revision);
  });

  it('are read each time while they are so young that a second change may not show', async () => {
    const source = await sourceOf(1);
    const path = join(dir, '0.yaml');
    writeFileSync(path, 'text: 1\n');
    await source.load();

    expect((await loadCalls(source)).openSync).toBe(1);
    expect((await source.load()).files[0]?.text).toBe('text: 1\n');
  });

  it('have the revision that a fresh look gives', async () => {
    const source = await sourceOf(3);
    writeFileSync(join(dir, '1.yaml'), 'text: other\n');

    expect((await source.load()).revision).toBe((await openDirSource([dir]).load()).revision);
  });
});
