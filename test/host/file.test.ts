import { execFileSync } from 'node:child_process';
import {
  existsSync,
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
  removeTree,
  writeFileAtomic,
} from '../../src/host/file.ts';
import { countCalls } from '../support/count-calls.ts';

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

describe('removeTree', () => {
  it('removes a folder with all that is in it, and takes nothing there for done', async () => {
    mkdirSync(join(dir, 'a/b/c'), { recursive: true });
    writeFileSync(join(dir, 'a/b/c/file'), 'x');

    await removeTree(join(dir, 'a'));
    await removeTree(join(dir, 'a'));

    expect(readdirSync(dir)).toEqual([]);
  });

  it('removes links, not what they point to', async () => {
    mkdirSync(join(dir, 'outside'));
    writeFileSync(join(dir, 'outside/keep'), 'x');
    mkdirSync(join(dir, 'a'));
    symlinkSync(join(dir, 'outside'), join(dir, 'a/link'));
    symlinkSync(join(dir, 'outside'), join(dir, 'top-link'));

    await removeTree(join(dir, 'a'));
    await removeTree(join(dir, 'top-link'));

    expect(readdirSync(dir)).toEqual(['outside']);
    expect(existsSync(join(dir, 'outside/keep'))).toBe(true);
  });

  it('removes files and folders whose names are no UTF-8', async () => {
    const folder = join(dir, 'layer');
    const strange = (name: string): Buffer => Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(name, 'latin1')]);
    mkdirSync(folder);
    mkdirSync(strange('\xff\xfe'));
    writeFileSync(strange('\xc3('), '');
    writeFileSync(strange('\xff\xfe/ä'), '');

    await removeTree(folder);

    expect(existsSync(folder)).toBe(false);
  });

  it('opens no folder that is empty, and reads every other one once', async () => {
    for (const name of ['one', 'two', 'three']) mkdirSync(join(dir, 'a', name), { recursive: true });
    writeFileSync(join(dir, 'a/file'), 'x');

    const calls = await countCalls(() => removeTree(join(dir, 'a')), (path) => String(path).includes(dir) || /^\/proc\/self\/fd\/\d+/.test(String(path)));

    expect(calls).toEqual({ lstatSync: 2, openSync: 2, opendirSync: 1, rmdirSync: 5, unlinkSync: 1 });
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['many files', () => { for (let index = 0; index < 50; index += 1) writeFileSync(join(dir, `a/${index}`), 'x'); }],
    ['a large file', () => { writeFileSync(join(dir, 'a/large'), Buffer.alloc(2 * 1024 * 1024)); }],
  ])('lets others go on while the file system removes %s', async (_title, fill) => {
    mkdirSync(join(dir, 'a'));
    fill();
    let others = false;
    setImmediate(() => { others = true; });

    await removeTree(join(dir, 'a'));

    expect(others).toBe(true);
  });

  it('removes folders nested deeper than files may be open', async () => {
    mkdirSync(join(dir, 'a'));
    execFileSync('mkdir', ['-p', 'd/'.repeat(1500)], { cwd: join(dir, 'a') });

    await removeTree(join(dir, 'a'));

    expect(readdirSync(dir)).toEqual([]);
  });
});
