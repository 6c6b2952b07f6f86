import { chmodSync, chownSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { programFileChecks, readWay } from '../../../src/host/doctor/program-files.ts';
import type { WayPart } from '../../../src/host/doctor/program-files.ts';

const folder = 0o040000;
const link = 0o120000;
const file = 0o100000;

const sound: readonly WayPart[] = [
  { path: '/', uid: 0, gid: 0, mode: folder | 0o755 },
  { path: '/bin', uid: 0, gid: 0, mode: link | 0o777 },
  { path: '/usr/bin', uid: 0, gid: 0, mode: folder | 0o755 },
  { path: '/usr/bin/crun', uid: 0, gid: 0, mode: file | 0o755 },
];

const lines = (...parts: readonly WayPart[]): string[] =>
  programFileChecks({ '/bin/crun': [...sound, ...parts], '/usr/bin/crun': sound }).map(({ state, found, mend }) => `${state} ${found} | ${mend ?? ''}`);

describe('the files of a program', () => {
  it('are good where root alone can write them and what leads there', () => {
    expect(lines()).toEqual(['good root alone can write /bin/crun, /usr/bin/crun and the folders on the way | ']);
  });

  it.each<[string, WayPart, string]>([
    ['a file of another user', { path: '/opt/crun', uid: 1000, gid: 0, mode: file | 0o755 }, '/opt/crun: can be written by user 1000, who so decides what root runs | chown root:root /opt/crun; chmod go-w /opt/crun'],
    ['a folder that a group can write', { path: '/usr/local/bin', uid: 0, gid: 50, mode: folder | 0o2775 }, '/usr/local/bin: can be written by group 50, who so decides what root runs | chmod go-w /usr/local/bin'],
    ['a file that anybody can write', { path: '/opt/crun', uid: 0, gid: 0, mode: file | 0o757 }, '/opt/crun: can be written by anybody, who so decides what root runs | chmod go-w /opt/crun'],
    ['a link of another user', { path: '/tmp/crun', uid: 1000, gid: 0, mode: link | 0o777 }, '/tmp/crun: can be written by user 1000, who so decides what root runs | chown -h root:root /tmp/crun'],
  ])('are at fault for %s, once, with the mend', (_what, part, line) => {
    expect(lines(part, part)).toEqual([`bad ${line}`]);
  });

  it.each<[string, WayPart]>([
    ['what the group of root can write', { path: '/opt/crun', uid: 0, gid: 0, mode: file | 0o775 }],
    ['a sticky folder', { path: '/tmp', uid: 0, gid: 0, mode: folder | 0o1777 }],
    ['a link, whose rights say nothing', { path: '/opt/crun', uid: 0, gid: 0, mode: link | 0o777 }],
  ])('may be %s', (_what, part) => {
    expect(lines(part)).toHaveLength(1);
    expect(lines(part)[0]).toMatch(/^good /);
  });
});

describe('the way to a program', () => {
  let dir: string;

  beforeEach(() => {
    dir = realpathSync(mkdtempSync(join(tmpdir(), 'reconcile-way-')));
    mkdirSync(join(dir, 'real/bin'), { recursive: true });
    writeFileSync(join(dir, 'real/bin/crun-1.28'), '');
    symlinkSync('crun-1.28', join(dir, 'real/bin/crun'));
    symlinkSync(join(dir, 'real'), join(dir, 'alias'));
  });

  afterEach(() => {
    rmSync(dir, { recursive: true, force: true });
  });

  it('passes each folder, each link and where that leads', () => {
    const path = join(dir, 'alias/bin/crun');

    const paths = readWay(path).map((part) => part.path);

    const around = paths.slice(0, paths.indexOf(dir) + 1);
    expect(around.at(0)).toBe('/');
    expect(new Set(paths)).toEqual(new Set([...around, ...['alias', 'real', 'real/bin', 'real/bin/crun', 'real/bin/crun-1.28'].map((name) => join(dir, name))]));
    expect(paths.at(-1)).toBe(realpathSync(path));
  });

  it('has the rights that the kernel tells', () => {
    chmodSync(join(dir, 'real/bin'), 0o775);
    if (process.geteuid?.() === 0) chownSync(join(dir, 'real/bin'), 0, 50);

    for (const { path, uid, gid, mode } of readWay(join(dir, 'real/bin/crun'))) {
      const found = lstatSync(path);
      expect([path, uid, gid, mode]).toEqual([path, found.uid, found.gid, found.mode]);
    }
  });

  it('ends where nothing is, and where links lead round', () => {
    symlinkSync('round', join(dir, 'round'));

    expect(readWay(join(dir, 'none/crun')).at(-1)?.path).toBe(dirname(join(dir, 'none')));
    expect(readWay(join(dir, 'round')).at(-1)?.path).toBe(join(dir, 'round'));
  });
});
