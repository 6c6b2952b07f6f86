import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFlatFolder, removeKnownFolder, removeTree } from '../../src/host/remove-tree.ts';
import { countCalls } from '../support/count-calls.ts';
import { requires } from '../support/requires.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-remove-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
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

describe('removeFlatFolder', () => {
  const isOurs = (path: unknown): boolean => String(path).includes(dir) || /^\/proc\/self\/fd\/\d+/.test(String(path));

  it('removes a folder of files by their names', async () => {
    mkdirSync(join(dir, 'a'));
    for (const name of ['one', 'two']) writeFileSync(join(dir, 'a', name), 'x');

    const calls = await countCalls(() => removeFlatFolder(join(dir, 'a')), isOurs);

    expect(calls).toEqual({ readdirSync: 1, rmdirSync: 2, unlinkSync: 2 });
    expect(readdirSync(dir)).toEqual([]);
  });

  it('takes nothing there for done, and an empty folder in one call', async () => {
    mkdirSync(join(dir, 'a'));

    expect(await countCalls(() => removeFlatFolder(join(dir, 'a')), isOurs)).toEqual({ rmdirSync: 1 });
    expect(await countCalls(() => removeFlatFolder(join(dir, 'a')), isOurs)).toEqual({ rmdirSync: 1 });
  });

  it('removes a link in its place, not what it points to', async () => {
    mkdirSync(join(dir, 'outside'));
    writeFileSync(join(dir, 'outside/keep'), 'x');
    symlinkSync(join(dir, 'outside'), join(dir, 'link'));

    await removeFlatFolder(join(dir, 'link'));

    expect(readdirSync(dir)).toEqual(['outside']);
    expect(readdirSync(join(dir, 'outside'))).toEqual(['keep']);
  });

  it.each<[string, () => void]>([
    ['folders', () => { mkdirSync(join(dir, 'a/b/c'), { recursive: true }); writeFileSync(join(dir, 'a/b/c/file'), 'x'); }],
    ['many files', () => { for (let index = 0; index < 50; index += 1) writeFileSync(join(dir, `a/${index}`), 'x'); }],
    ['a name that is no UTF-8', () => { writeFileSync(Buffer.concat([Buffer.from(join(dir, 'a/')), Buffer.from('\xc3(', 'latin1')]), ''); }],
  ])('removes also %s', async (_title, fill) => {
    mkdirSync(join(dir, 'a'));
    fill();

    await removeFlatFolder(join(dir, 'a'));

    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('removeKnownFolder', () => {
  const isOurs = (path: unknown): boolean => String(path).includes(dir) || /^\/proc\/self\/fd\/\d+/.test(String(path));
  const remove = (): Promise<void> => removeKnownFolder(join(dir, 'a'), ['inner/', 'one']);

  beforeEach(() => {
    mkdirSync(join(dir, 'a/inner'), { recursive: true });
    writeFileSync(join(dir, 'a/one'), 'x');
  });

  it('removes a folder by what is known to be in it, without a look', async () => {
    expect(await countCalls(remove, isOurs)).toEqual({ lstatSync: 1, rmdirSync: 2, unlinkSync: 1 });
    expect(readdirSync(dir)).toEqual([]);
  });

  it.each<[string, () => void]>([
    ['what was written there', () => { writeFileSync(join(dir, 'a/inner/written'), 'x'); }],
    ['what nobody knows of', () => { writeFileSync(join(dir, 'a/other'), 'x'); }],
    ['where something is missing', () => { rmSync(join(dir, 'a/one')); }],
    ['where nothing is there', () => { rmSync(join(dir, 'a'), { recursive: true }); }],
    ['a link in its place, not what it points to', () => { renameSync(join(dir, 'a'), join(dir, '.kept')); symlinkSync(join(dir, '.kept'), join(dir, 'a')); }],
  ])('removes also %s', async (_title, change) => {
    change();

    await remove();

    expect(readdirSync(dir).filter((entry) => entry !== '.kept')).toEqual([]);
    if (existsSync(join(dir, '.kept'))) expect(readdirSync(join(dir, '.kept')).sort()).toEqual(['inner', 'one']);
  });
});

requires({ root: true })('where something is mounted, a removal', () => {
  const inOwnMounts = (script: string) => spawnSync('unshare', ['--mount', '--propagation', 'private', '--', 'sh', '-ec', script, 'sh', process.execPath, dir, new URL('../../src/host/remove-tree.ts', import.meta.url).href], { encoding: 'utf8' });
  const call = (verb: string, path: string): string => `"$1" --input-type=module -e "import { ${verb} } from '$3'; await ${verb}('${path}', ['inside/']).catch(({ code }) => console.log(code));"`;

  it.each(['removeTree', 'removeFlatFolder', 'removeKnownFolder'])('by %s stops, and what is mounted keeps its files', (verb) => {
    mkdirSync(join(dir, 'a/inside'), { recursive: true });
    mkdirSync(join(dir, 'kept'));
    writeFileSync(join(dir, 'kept/file'), 'x');

    for (const at of ['a', 'a/inside']) {
      const { stdout, stderr } = inOwnMounts(`mount --bind "$2/kept" "$2/${at}"; ${call(verb, join(dir, 'a'))}`);
      expect([stdout, stderr]).toEqual(['ERR_STILL_MOUNTED\n', '']);
    }

    expect(readFileSync(join(dir, 'kept/file'), 'utf8')).toBe('x');
    expect(existsSync(join(dir, 'a'))).toBe(true);
  });
});
