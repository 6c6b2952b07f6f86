import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  deviceNumber,
  listDir,
  makeFolders,
  pathExists,
  readTextIfExists,
  writeFileAtomic,
} from '../../src/host/file.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-file-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('writeFileAtomic', () => {
  it('leaves the text, the mode and no temporary file', () => {
    writeFileAtomic(join(dir, 'a'), 'first');
    writeFileAtomic(join(dir, 'a'), 'second', 0o640);

    expect(readFileSync(join(dir, 'a'), 'utf8')).toBe('second');
    expect(statSync(join(dir, 'a')).mode & 0o777).toBe(0o640);
    expect(readdirSync(dir)).toEqual(['a']);
  });

  it('replaces a link instead of writing through it', () => {
    writeFileSync(join(dir, 'outside'), 'untouched');
    symlinkSync(join(dir, 'outside'), join(dir, 'a'));

    writeFileAtomic(join(dir, 'a'), 'new');

    expect(readFileSync(join(dir, 'outside'), 'utf8')).toBe('untouched');
    expect(lstatSync(join(dir, 'a')).isFile()).toBe(true);
  });

  it('keeps the old state and leaves no temporary file where the name is taken by a folder', () => {
    mkdirSync(join(dir, 'a'));

    expect(() => writeFileAtomic(join(dir, 'a'), 'text')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);

    expect(readdirSync(dir)).toEqual(['a']);
  });
});

describe('makeFolders', () => {
  it('makes what is missing of a path, and takes what is there for done', () => {
    makeFolders(join(dir, 'a/b/c'), 0o700);
    makeFolders(join(dir, 'a/b/c'), 0o755);

    expect(statSync(join(dir, 'a/b/c')).mode & 0o777).toBe(0o700);
  });

  it('says why a parent cannot be made, and refuses a file in the way', () => {
    writeFileSync(join(dir, 'file'), '');

    expect(() => { makeFolders(join(dir, 'file'), 0o700); }).toThrow('EEXIST');
    expect(() => { makeFolders(join(dir, 'file/a/b'), 0o700); }).toThrow('ENOTDIR');
    expect(() => { makeFolders(join('/proc/1/nothing/a'), 0o700); }).toThrow(`mkdir '/proc/1/nothing'`);
  });
});

describe('reading what may be missing', () => {
  it('gives undefined for no file, nothing for no folder, and throws for other faults', () => {
    expect(readTextIfExists(join(dir, 'none'))).toBeUndefined();
    expect(listDir(join(dir, 'none'))).toEqual([]);
    expect(() => readTextIfExists(dir)).toThrow(/EISDIR/);
    expect(pathExists(join(dir, 'none'))).toBe(false);
  });

  it('sorts a folder', () => {
    for (const name of ['b', 'a', 'B']) writeFileSync(join(dir, name), '');

    expect(listDir(dir)).toEqual(['B', 'a', 'b']);
  });

  it('gives no device number for what is no block device', () => {
    expect(deviceNumber('/dev/null')).toBeUndefined();
    expect(deviceNumber(dir)).toBeUndefined();
    expect(deviceNumber(join(dir, 'none'))).toBeUndefined();
  });
});
