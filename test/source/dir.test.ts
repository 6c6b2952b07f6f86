import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDirSource } from '../../src/source/dir.ts';
import type { LoadedSource } from '../../src/source/source.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'source-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
}

function load(...paths: readonly string[]): Promise<LoadedSource> {
  return openDirSource(paths.length === 0 ? [folder] : paths).load();
}

async function names(...paths: readonly string[]): Promise<readonly string[]> {
  return (await load(...paths)).files.map(({ file }) => file.replace(`${folder}/`, ''));
}

async function faults(...paths: readonly string[]): Promise<readonly string[]> {
  const { diagnostics } = await load(...paths);
  return diagnostics.map(({ file, message }) => `${file.replace(`${folder}/`, '')} ${message}`);
}

describe('a folder', () => {
  it('gives its manifests, with those of its folders, sorted', async () => {
    put({ 'b.yaml': 'b', 'a/z.yml': 'z', 'a/b/c.yaml': 'c', 'README.md': 'x', 'data.json': '{}' });

    expect((await load()).files).toEqual([
      { file: join(folder, 'a/b/c.yaml'), text: 'c' },
      { file: join(folder, 'a/z.yml'), text: 'z' },
      { file: join(folder, 'b.yaml'), text: 'b' },
    ]);
  });

  it('is empty without an error where it holds none', async () => {
    expect(await load()).toMatchObject({ files: [], diagnostics: [] });
  });

  it.each(['.x.yaml.swp', '.hidden.yaml', '.git/x.yaml', '4913', 'x.yaml~', '.#x.yaml', '#x.yaml#', 'x.yaml.tmp', '#a/x.yaml', 'b~/x.yaml'])(
    'passes over %s',
    async (name) => {
      put({ [name]: 'x', 'a.yaml': 'a' });

      expect(await names()).toEqual(['a.yaml']);
    },
  );

  it('names its files as the user named it', async () => {
    put({ 'sub/a.yaml': 'a' });
    const before = process.cwd();
    process.chdir(folder);

    try {
      expect((await load('sub')).files.map(({ file }) => file)).toEqual(['sub/a.yaml']);
      expect((await load('./sub/')).files.map(({ file }) => file)).toEqual(['sub/a.yaml']);
      expect((await load('.')).files.map(({ file }) => file)).toEqual(['sub/a.yaml']);
    } finally {
      process.chdir(before);
    }
  });
});

describe('a file', () => {
  it('may be given itself, whatever its name', async () => {
    put({ '.odd': 'a' });

    expect(await names(join(folder, '.odd'))).toEqual(['.odd']);
  });

  it('counts once, however often it is given', async () => {
    put({ 'a.yaml': 'a' });

    expect(await names(folder, join(folder, 'a.yaml'), folder)).toEqual(['a.yaml']);
  });

  it('may begin with a byte order mark and be empty', async () => {
    put({ 'a.yaml': '\ufeffa', 'b.yaml': '' });

    expect((await load()).files.map(({ text }) => text)).toEqual(['\ufeffa', '']);
  });

  it('that is not UTF-8 is told with its place', async () => {
    put({ 'a.yaml': Buffer.concat([Buffer.from('ü: x\nb: '), Buffer.from([0xff])]), 'b.yaml': Buffer.from([0xc3]) });

    const { diagnostics, files } = await load();

    expect(files).toEqual([]);
    expect(diagnostics).toMatchObject([
      { line: 2, column: 4, message: 'is not UTF-8', got: 'byte 0xff' },
      { line: 1, column: 1, message: 'is not UTF-8', got: 'byte 0xc3' },
    ]);
  });

  it('of 1 MiB is read, of one byte more is refused', async () => {
    put({ 'a.yaml': 'a'.repeat(1024 * 1024), 'b.yaml': 'b'.repeat(1024 * 1024 + 1) });

    expect(await names()).toEqual(['a.yaml']);
    expect(await faults()).toEqual(['b.yaml the file is larger than 1 MiB']);
  });

  it('that is a FIFO, a socket or a device is refused without waiting for it', async () => {
    execFileSync('mkfifo', [join(folder, 'a.yaml')]);
    const server = createServer().listen(join(folder, 'b.yaml'));
    await new Promise((resolve) => server.once('listening', resolve));
    put({ 'd.yaml': 'd' });

    try {
      expect(await faults()).toEqual(['a.yaml is a FIFO, not a regular file', 'b.yaml is a socket, not a regular file']);
      expect(await faults('/dev/null')).toEqual(['/dev/null is a device, not a regular file']);
      expect(await names()).toEqual(['d.yaml']);
    } finally {
      server.close();
    }
  });

  // Reading the memory at address 0 fails for root too.
  it('that cannot be read is told', async () => {
    expect(await faults('/proc/self/mem')).toEqual(['/proc/self/mem cannot be read: the disk failed']);
  });
});

describe('a symbolic link', () => {
  it('inside the folder gives its file once, under the name that is no link', async () => {
    put({ 'b.yaml': 'b', 'real/c.yaml': 'c' });
    symlinkSync('b.yaml', join(folder, 'a.yaml'));
    symlinkSync('real', join(folder, 'again'));

    expect(await names()).toEqual(['b.yaml', 'real/c.yaml']);
  });

  it('as a mounted ConfigMap has it is followed', async () => {
    put({ '..2024/web.yaml': 'w', '..2024/sub/x.yaml': 'x' });
    symlinkSync('..2024', join(folder, '..data'));
    symlinkSync('..data/web.yaml', join(folder, 'web.yaml'));
    symlinkSync('..data/sub', join(folder, 'sub'));

    expect(await names()).toEqual(['sub/x.yaml', 'web.yaml']);
    expect(await faults()).toEqual([]);
  });

  it('out of the folder is refused by name', async () => {
    put({ 'in/a.yaml': 'a', 'out/b.yaml': 'b', 'inn/c.yaml': 'c' });
    symlinkSync('../out/b.yaml', join(folder, 'in/b.yaml'));
    symlinkSync('../inn', join(folder, 'in/folder'));

    expect(await faults(join(folder, 'in'))).toEqual([
      'in/b.yaml is a symbolic link that leads out of the given folder',
      'in/folder is a symbolic link that leads out of the given folder',
    ]);
  });

  it('that is the given path itself may lead anywhere', async () => {
    put({ 'out/b.yaml': 'b' });
    symlinkSync('out', join(folder, 'in'));

    expect(await names(join(folder, 'in'))).toEqual(['in/b.yaml']);
  });

  it('that leads to itself, to a folder around it or nowhere is named', async () => {
    put({ 'sub/a.yaml': 'a' });
    symlinkSync('loop.yaml', join(folder, 'loop.yaml'));
    symlinkSync('..', join(folder, 'sub/up'));
    symlinkSync('gone', join(folder, 'nowhere.yaml'));
    symlinkSync('user@host.1234:5678', join(folder, 'lock'));

    expect(await names()).toEqual(['sub/a.yaml']);
    expect(await faults()).toEqual([
      'loop.yaml is a symbolic link that leads back to itself',
      'nowhere.yaml leads nowhere, or went away while it was read',
      'sub/up is a symbolic link to a folder that holds it',
    ]);
  });
});

describe('a path that is not there', () => {
  it('is an error that can pass', async () => {
    const gone = join(folder, 'gone');

    await expect(load(gone)).rejects.toMatchObject({
      code: 'ERR_SOURCE_UNREADABLE',
      message: `${gone}: no such file or folder`,
      retryable: true,
    });
    await expect(load(folder, gone)).rejects.toMatchObject({ code: 'ERR_SOURCE_UNREADABLE' });
  });
});

describe('the revision', () => {
  it('is that of names and contents alone', async () => {
    put({ 'a.yaml': 'a', 'b.yaml': 'b' });
    const first = (await load()).revision;
    put({ 'a.yaml': 'a', 'c.txt': 'c' });

    expect((await load()).revision).toBe(first);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['a changed content', { 'a.yaml': 'x' }],
    ['a new file', { 'c.yaml': '' }],
    ['a move of text to the neighbour', { 'a.yaml': '', 'b.yaml': 'ab' }],
  ])('is another after %s', async (_, change) => {
    put({ 'a.yaml': 'a', 'b.yaml': 'b' });
    const first = (await load()).revision;
    put(change);

    expect((await load()).revision).not.toBe(first);
  });

  it('is another while a file cannot be read', async () => {
    put({ 'a.yaml': 'a' });
    const first = (await load()).revision;
    symlinkSync('gone', join(folder, 'b.yaml'));
    const second = (await load()).revision;
    unlinkSync(join(folder, 'b.yaml'));

    expect(second).not.toBe(first);
    expect((await load()).revision).toBe(first);
  });
});

describe('a folder in motion', () => {
  it('never fails while files come and go', async () => {
    const script = `const fs = require('node:fs'); process.chdir(${JSON.stringify(folder)}); const end = Date.now() + 700;
      while (Date.now() < end) { for (let i = 0; i < 20; i++) { fs.writeFileSync('x' + i + '.yaml', 'x'); } for (let i = 0; i < 20; i++) { fs.unlinkSync('x' + i + '.yaml'); } }`;
    put({ 'a.yaml': 'a' });
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', script]);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let loads = 0;

    while (child.exitCode === null) {
      const { files, diagnostics } = await load();
      expect(files.some(({ text }) => text === 'a')).toBe(true);
      expect(diagnostics.every(({ message }) => /went away/.test(message))).toBe(true);
      loads += 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }

    expect(await ended).toBe(0);
    expect(loads).toBeGreaterThan(10);
  });
});
