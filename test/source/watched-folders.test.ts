import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchedFolders } from '../../src/source/watched-folders.ts';

let base: string;

beforeEach(() => { base = realpathSync(mkdtempSync(join(tmpdir(), 'watched-'))); });
afterEach(() => { rmSync(base, { recursive: true, force: true }); });

/** Paths below the base with the names of interest, or `all`. */
function found(...paths: string[]): Record<string, readonly string[] | 'all'> {
  const folders = [...watchedFolders(paths.map((path) => join(base, path)))];
  return Object.fromEntries(folders.map(([folder, { names }]) => [folder.slice(base.length), names === undefined ? 'all' : [...names]]));
}

describe('the folders to watch', () => {
  it('are those of a folder and below, and the one around it, however many files there are', () => {
    mkdirSync(join(base, 'manifests/sub'), { recursive: true });
    mkdirSync(join(base, 'manifests/.git/objects'), { recursive: true });
    for (let index = 0; index < 50; index += 1) writeFileSync(join(base, `manifests/${index}.yaml`), '');

    expect(found('manifests')).toEqual({ '': ['manifests'], '/manifests': 'all', '/manifests/sub': 'all' });
  });

  it('are the one around a file, for that file alone', () => {
    for (const file of ['a.yaml', 'b.yaml', 'c.yaml']) writeFileSync(join(base, file), '');

    expect(found('a.yaml', 'b.yaml')).toEqual({ '': ['a.yaml', 'b.yaml'] });
  });

  it('are those to which links lead, each once, and links in a circle end', () => {
    mkdirSync(join(base, 'data/v1'), { recursive: true });
    mkdirSync(join(base, 'manifests'));
    writeFileSync(join(base, 'data/v1/a.yaml'), '');
    symlinkSync(join(base, 'data/v1/a.yaml'), join(base, 'manifests/a.yaml'));
    symlinkSync(join(base, 'manifests'), join(base, 'manifests/again'));

    expect(found('manifests')).toEqual({ '': ['manifests'], '/manifests': 'all', '/data/v1': ['a.yaml'] });
  });

  it('are the nearest that are there, where a path is gone with the folders around it', () => {
    expect(found('gone/too/manifests')).toEqual({ '': ['gone'] });
  });
});
