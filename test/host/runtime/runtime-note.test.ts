import { chmodSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pathsOf } from '../../../src/host/paths.ts';
import { noteRuntime, readRuntimeNote } from '../../../src/host/runtime/runtime-note.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-note-'));
  writeFileSync(join(dir, 'crun'), 'one program');
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

const paths = () => pathsOf({ root: dir, data: dir });
const crun = () => ({ name: 'crun', version: '1.8.1', path: join(dir, 'crun') });

describe('the note on a runtime', () => {
  it('is read back for the same file', () => {
    noteRuntime(paths(), crun());

    expect(readRuntimeNote(paths(), join(dir, 'crun'))).toEqual({ name: 'crun', version: '1.8.1' });
  });

  it.each<[string, () => void]>([
    ['another content', () => writeFileSync(join(dir, 'crun'), 'another program')],
    ['another time', () => utimesSync(join(dir, 'crun'), 1, 1)],
    ['another file in its place', () => { rmSync(join(dir, 'crun')); writeFileSync(join(dir, 'crun'), 'one program'); }],
    ['nothing', () => rmSync(join(dir, 'crun'))],
  ])('says nothing of a path with %s', (_, change) => {
    noteRuntime(paths(), crun());
    change();

    expect(readRuntimeNote(paths(), join(dir, 'crun'))).toBeUndefined();
  });

  it('says nothing of another path, nor where it is damaged', () => {
    noteRuntime(paths(), crun());
    expect(readRuntimeNote(paths(), join(dir, 'runc'))).toBeUndefined();

    for (const text of ['', '{', '[]', 'null', '{"path":1}']) {
      writeFileSync(paths().runtimeNote, text);
      expect(readRuntimeNote(paths(), join(dir, 'crun')), text).toBeUndefined();
    }
  });

  it('is not made without a version, and not made again where it is the same', () => {
    noteRuntime(paths(), { ...crun(), version: undefined });
    expect(readdirSync(dir)).toEqual(['crun']);

    noteRuntime(paths(), crun());
    chmodSync(paths().runtimeNote, 0o640);
    noteRuntime(paths(), crun());

    expect(readdirSync(dir).sort()).toEqual(['crun', 'runtime.json']);
  });
});
