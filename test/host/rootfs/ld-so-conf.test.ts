import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnchanged, openHostView } from '../../../src/host/rootfs/host-view.ts';
import type { HostView } from '../../../src/host/rootfs/host-view.ts';
import { parseLoaderConf, readLoaderFolders } from '../../../src/host/rootfs/ld-so-conf.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ld-so-conf-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

describe('parseLoaderConf', () => {
  it.each([
    ['/opt/lib', [{ folder: '/opt/lib' }]],
    ['/opt/lib/ # the vendor', [{ folder: '/opt/lib' }]],
    ['/a /b,/c:/d', [{ folder: '/a' }, { folder: '/b' }, { folder: '/c' }, { folder: '/d' }]],
    ['/old=libc5', [{ folder: '/old' }]],
    ['include conf.d/*.conf', [{ include: 'conf.d/*.conf' }]],
    ['hwcap 1 nosegneg', []],
    ['relative', []],
    ['# /opt/lib', []],
    ['/', [{ folder: '/' }]],
  ])('reads %j', (text, lines) => {
    expect(parseLoaderConf(text)).toEqual(lines);
  });
});

describe('readLoaderFolders', () => {
  it('reads included files in order of their names, hidden ones left out', () => {
    mkdirSync(join(folder, 'conf.d'));
    write('conf.d/b.conf', '/from/b\n');
    write('conf.d/a.conf', '/from/a\n/first\n');
    write('conf.d/.hidden.conf', '/from/hidden\n');
    write('conf.d/c.txt', '/from/text\n');
    const conf = write('ld.so.conf', '/first\ninclude conf.d/*.conf\n/last\n');

    const folders = readLoaderFolders(openHostView(new Map()), conf);

    expect(folders).toEqual(['/first', '/from/a', '/from/b', '/last']);
  });

  it.each([
    ['conf.d/?.conf', ['/a', '/b']],
    ['conf.d/a*', ['/a', '/ab']],
    ['conf.d/[b-z].conf', ['/b']],
    ['con*/b.conf', ['/b']],
    ['conf.d/.*', ['/hidden']],
    ['none/*.conf', []],
    ['conf.d/a.conf/*.conf', []],
  ])('includes what %s matches, as glob(3) does', (pattern, want) => {
    mkdirSync(join(folder, 'conf.d'));
    for (const name of ['a', 'ab', 'b']) write(`conf.d/${name}.conf`, `/${name}\n`);
    write('conf.d/.c.conf', '/hidden\n');
    write('conf.d/bxconf', '/text\n');

    expect(readLoaderFolders(openHostView(new Map()), write('ld.so.conf', `include ${pattern}\n`))).toEqual(want);
  });

  it('ends where includes lead in a circle', () => {
    const conf = write('ld.so.conf', '/a\ninclude *.conf\n/b\n');

    expect(readLoaderFolders(openHostView(new Map()), conf)).toEqual(['/a', '/b']);
  });

  it('finds nothing where the host has no such file', () => {
    expect(readLoaderFolders(openHostView(new Map()), join(folder, 'none'))).toEqual([]);
  });

  it('notes the folder, so that a file which is added shows', async () => {
    mkdirSync(join(folder, 'conf.d'));
    const conf = write('ld.so.conf', 'include conf.d/*.conf\n');
    const look = (): HostView => {
      const opened = openHostView(new Map());
      readLoaderFolders(opened, conf);
      return opened;
    };
    let view = look();
    // What is changed within one step of the file system's clock would not show.
    await expect.poll(() => (view = look()).isSettled()).toBe(true);

    const before = isUnchanged(view.notes.values());
    write('conf.d/new.conf', '/new\n');

    expect([before, isUnchanged(view.notes.values())]).toEqual([true, false]);
  });
});
