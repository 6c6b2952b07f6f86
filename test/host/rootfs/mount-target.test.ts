import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MountTarget } from '../../../src/host/rootfs/mount-target.ts';
import { missingOnHost, missingTargets, writeSkeleton } from '../../../src/host/rootfs/mount-target.ts';
import { hostTree } from '../../../src/host/rootfs/resolve-beneath.ts';

let base: string;
let lower: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'targets-'));
  lower = join(base, 'lower');
  mkdirSync(join(lower, 'run'), { recursive: true });
  mkdirSync(join(lower, 'var'));
  mkdirSync(join(lower, 'etc'));
  writeFileSync(join(lower, 'etc/hosts'), '');
  symlinkSync('/run', join(lower, 'var/run'));
});

afterEach(() => rmSync(base, { recursive: true }));

const folder = (path: string): MountTarget => ({ path, kind: 'dir' });
const file = (path: string): MountTarget => ({ path, kind: 'file' });
const missing = (...targets: MountTarget[]): MountTarget[] => missingTargets(hostTree(lower), targets);

/** Everything below `top`. With names alone, node would follow the link to the host's own /run. */
function entriesOf(top: string): string[] {
  return readdirSync(top, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name)).sort();
}

describe('missingTargets', () => {
  it('leaves out what is there', () => {
    expect(missing(folder('/run'), file('/etc/hosts'), folder('/data'))).toEqual([folder('/data')]);
  });

  it('gives the place to which links lead', () => {
    expect(missing(folder('/var/run/app'))).toEqual([folder('/run/app')]);
  });

  it('leaves out what comes into being in another mount', () => {
    expect(missing(folder('/data/inner'), folder('/data'), folder('/database'))).toEqual([
      folder('/data'),
      folder('/database'),
    ]);
  });

  it('names a place once that is asked for under two names', () => {
    expect(missing(folder('/run/x'), folder('/var/run/x'))).toEqual([folder('/run/x')]);
  });

  it.each([
    ['a folder where the source is a file', file('/run'), /mount target \/run: a folder is there/],
    ['a file where the source is a folder', folder('/etc/hosts'), /mount target \/etc\/hosts: a file is there/],
    ['a file in the way', folder('/etc/hosts/x'), /a file is in the way/],
  ])('refuses %s', (_, target, message) => {
    expect(() => missing(target)).toThrow(message);
  });

  it("adds the kernel's own targets on a host folder", () => {
    expect(missingOnHost(lower, [folder('/data')]).map(({ path }) => path)).toEqual(['/data', '/dev', '/proc', '/sys']);
  });
});

describe('writeSkeleton', () => {
  it('makes the missing places, with the modes of the folders that both have', () => {
    const skeleton = join(base, 'skeleton');
    mkdirSync(skeleton);
    chmodSync(join(lower, 'run'), 0o1777);
    chmodSync(lower, 0o711);

    writeSkeleton(skeleton, lower, [folder('/data/deep'), file('/etc/app.conf'), folder('/run/app')]);

    const modes = ['.', 'run', 'run/app', 'data', 'data/deep'].map((name) =>
      (lstatSync(join(skeleton, name)).mode & 0o7777).toString(8),
    );
    expect(modes).toEqual(['711', '1777', '755', '755', '755']);
    expect(lstatSync(join(skeleton, 'etc/app.conf'))).toMatchObject({ size: 0 });
    expect(readdirSync(skeleton).sort()).toEqual(['data', 'etc', 'run']);
  });

  it('writes nothing to the lower folder', () => {
    const skeleton = join(base, 'skeleton');
    mkdirSync(skeleton);
    const before = entriesOf(lower);

    writeSkeleton(skeleton, lower, [folder('/data'), folder('/run/app')]);

    expect(entriesOf(lower)).toEqual(before);
  });
});
