import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isSettled, stepsMs } from '../../../src/host/file-state.ts';
import { pathsOf } from '../../../src/host/paths.ts';
import type { Paths } from '../../../src/host/paths.ts';
import { openBundles } from '../../../src/host/runtime/bundle.ts';
import type { Bundle, BundleStore } from '../../../src/host/runtime/bundle.ts';
import { ociSpec } from '../../../src/host/runtime/oci-spec.ts';
import { desiredContainer, name, plainSpec, recordOf } from '../../support/containers.ts';
import { makeUnreadable } from '../../support/unreadable.ts';

const web = name('web');
const record = recordOf(desiredContainer('web'));
const run = { pid: 42, startTime: 7, startedAtMs: 70.5, mounts: ['/', '/proc'] };

let dir: string;
let paths: Paths;
let bundles: BundleStore;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-bundle-'));
  paths = pathsOf({ root: join(dir, 'root'), data: join(dir, 'data') });
  bundles = openBundles(paths);
});

afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

describe('a bundle', () => {
  it('is not there before its record, and whole after', () => {
    expect(bundles.list()).toEqual([]);
    expect(bundles.read(web)).toBeUndefined();

    bundles.writeRecord(web, record);
    expect(bundles.read(web)).toEqual({ record });

    bundles.writeRun(web, run);
    expect(bundles.read(web)).toEqual({ record, run });
  });

  it('is damaged, not absent, where an interrupted removal took its record alone', () => {
    bundles.writeRecord(web, record);
    rmSync(join(paths.bundle(web), 'record.json'));

    expect(bundles.list()).toEqual([web]);
    expect(bundles.read(web)).toBe('damaged');
  });

  it('is damaged where a folder lies in the place of a file', () => {
    bundles.writeRecord(web, record);
    mkdirSync(join(paths.bundle(web), 'run.json'));

    expect(bundles.read(web)).toBe('damaged');
  });

  it.each(['record.json', 'run.json'])('is neither damaged nor gone where %s cannot be read, and says why', (file) => {
    bundles.writeRecord(web, record);
    bundles.writeRun(web, run);
    makeUnreadable(join(paths.bundle(web), file));

    const read = () => openBundles(paths).read(web);

    expect(read).toThrow(`web: read ${paths.bundle(web)}: EIO: `);
    expect(read).toThrow(expect.objectContaining({ code: 'ERR_SYSTEM', hint: 'the disk may fail: dmesg says more', retryable: true }));
  });

  it('has the process that it had, as the same object, where its record alone is written anew', async () => {
    bundles.writeRecord(web, record);
    bundles.writeRun(web, run);
    const isOlderThanATick = (): boolean => isSettled(statSync(join(paths.bundle(web), 'run.json')), Date.now(), stepsMs.withFifos);
    await expect.poll(isOlderThanATick, { interval: 10 }).toBe(true);
    const before = bundles.read(web) as Bundle;

    bundles.writeRecord(web, recordOf(desiredContainer('web', { resources: { 'pids.max': 5 } })));
    const after = bundles.read(web) as Bundle;

    expect(after.record).not.toEqual(before.record);
    expect(after.run).toBe(before.run);
  });

  it('is leaving from the moment on that this was noted, and goes all the same where it cannot be', () => {
    bundles.writeRecord(web, record);
    bundles.writeConfig(web, ociSpec({ spec: plainSpec, cgroupPath: '/p/web', rootPath: '/r', rootReadonly: false }));
    const before = bundles.isLeaving(web);

    bundles.markLeaving(web);
    bundles.markLeaving(name('absent'));

    expect([before, bundles.isLeaving(web)]).toEqual([false, true]);
    expect(bundles.read(web)).toEqual({ record });
  });

  it('has nothing left beside it of a write that was cut off, nor an end of a container that is gone, after a sweep', () => {
    bundles.writeRecord(web, record);
    mkdirSync(paths.exits);
    for (const path of [join(paths.bundles, '.tmp-web-run.json'), join(paths.exits, 'web'), join(paths.exits, 'gone')]) writeFileSync(path, '');

    bundles.sweep();

    expect(readdirSync(paths.bundles)).toEqual(['web']);
    expect(readdirSync(paths.exits)).toEqual(['web']);
    expect(bundles.read(web)).toEqual({ record });
  });

  it('keeps what holds an environment from other users', () => {
    const spec = ociSpec({ spec: plainSpec, cgroupPath: '/p/web', rootPath: '/r', rootReadonly: false });
    bundles.writeRecord(web, record);
    bundles.writeConfig(web, spec);

    const files = ['', 'record.json', 'config.json'];
    const modes = files.map((file) => statSync(join(paths.bundle(web), file)).mode & 0o777);

    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('is listed in order, half-made ones too, and foreign names not', () => {
    for (const folder of ['web-1', 'web-0', '.web.tmp', 'Web', 'a b']) {
      mkdirSync(join(paths.bundles, folder), { recursive: true });
    }

    expect(bundles.list()).toEqual(['web-0', 'web-1']);
  });

  it.each([
    { name: 'an empty record', damage: (bundle: string) => writeFileSync(join(bundle, 'record.json'), '') },
    { name: 'nonsense', damage: (bundle: string) => writeFileSync(join(bundle, 'record.json'), '\0\0\0') },
    { name: 'a folder in its place', damage: (bundle: string) => mkdirSync(join(bundle, 'record.json')) },
    { name: 'a loop of links', damage: (bundle: string) => symlinkSync('record.json', join(bundle, 'record.json')) },
  ])('is damaged by $name, and the others are read on', ({ damage }) => {
    mkdirSync(paths.bundle(web), { recursive: true });
    damage(paths.bundle(web));
    bundles.writeRecord(name('other'), record);

    expect(bundles.read(web)).toBe('damaged');
    expect(bundles.read(name('other'))).toEqual({ record });
  });

  it.each([
    '',
    '{',
    'null',
    '{"pid":1}',
    '{"pid":"42","startTime":7,"startedAtMs":1,"mounts":[]}',
    '{"pid":0,"startTime":7,"startedAtMs":1,"mounts":[]}',
    '{"pid":42,"startTime":7,"startedAtMs":1}',
  ])('has no process where its run file reads %j', (text) => {
    bundles.writeRecord(web, record);
    writeFileSync(join(paths.bundle(web), 'run.json'), text);

    expect(bundles.read(web)).toEqual({ record });
  });
});

describe('readExit', () => {
  it.each([
    { text: '0', code: 0 },
    { text: '137\n', code: 137 },
    { text: '-1', code: -1 },
  ])('reads $text', ({ text, code }) => {
    mkdirSync(paths.exits, { recursive: true });
    writeFileSync(join(paths.exits, 'web'), text);

    expect(bundles.readExit(web)).toEqual({ code, mtimeMs: statSync(join(paths.exits, 'web')).mtimeMs });
  });

  it('tells how long after the note of its process the end was written', () => {
    bundles.writeRecord(web, record);
    bundles.writeRun(web, run);
    mkdirSync(paths.exits, { recursive: true });
    writeFileSync(join(paths.exits, 'web'), '0');
    utimesSync(join(paths.bundle(web), 'run.json'), 1_000, 1_000);
    utimesSync(join(paths.exits, 'web'), 1_090, 1_090);

    expect(bundles.readExit(web)).toEqual({ code: 0, mtimeMs: 1_090_000, afterNoteMs: 90_000 });
  });

  it('knows nothing without a file, and from an empty or foreign one', () => {
    expect(bundles.readExit(web)).toBeUndefined();
    mkdirSync(join(paths.exits, 'folder'), { recursive: true });
    for (const text of ['', 'killed', '1e3']) {
      writeFileSync(join(paths.exits, 'web'), text);
      expect(bundles.readExit(web)).toBeUndefined();
    }
    expect(bundles.readExit(name('folder'))).toBeUndefined();
  });
});

it('an end that cannot be read is not taken for none', () => {
  mkdirSync(paths.exits, { recursive: true });
  makeUnreadable(join(paths.exits, 'web'));

  expect(() => bundles.readExit(web)).toThrow(`web: read ${join(paths.exits, 'web')}: EIO: `);
});

describe('remove', () => {
  it('takes bundle and exit file, and may be repeated', async () => {
    bundles.writeRecord(web, record);
    mkdirSync(bundles.mountPoint(web));
    mkdirSync(paths.exits, { recursive: true });
    writeFileSync(join(paths.exits, 'web'), '0');
    writeFileSync(join(paths.exits, 'other'), '0');

    await bundles.remove(web);
    await bundles.remove(web);

    expect(bundles.list()).toEqual([]);
    expect(readdirSync(paths.exits)).toEqual(['other']);
  });

  it('stops while there are files where the root filesystem is mounted', async () => {
    bundles.writeRecord(web, record);
    mkdirSync(join(bundles.mountPoint(web), 'bin'), { recursive: true });

    await expect(bundles.remove(web)).rejects.toThrow(/ENOTEMPTY/);

    expect(bundles.read(web)).toEqual({ record });
    expect(existsSync(join(bundles.mountPoint(web), 'bin'))).toBe(true);
  });

  it('takes the log only when told to', async () => {
    mkdirSync(paths.logs, { recursive: true });
    writeFileSync(paths.log(web), 'x');

    await bundles.remove(web);
    expect(existsSync(paths.log(web))).toBe(true);

    await bundles.removeLog(web);
    await bundles.removeLog(web);
    expect(existsSync(paths.log(web))).toBe(false);
  });
});
