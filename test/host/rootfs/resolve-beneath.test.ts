import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostTree, resolveBeneath } from '../../../src/host/rootfs/resolve-beneath.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'resolve-'));
  mkdirSync(join(root, 'usr/bin'), { recursive: true });
  mkdirSync(join(root, 'run'));
  mkdirSync(join(root, 'var'));
  writeFileSync(join(root, 'usr/bin/dash'), '', { mode: 0o755 });
  symlinkSync('usr/bin', join(root, 'bin'));
  symlinkSync('dash', join(root, 'usr/bin/sh'));
  symlinkSync('/run', join(root, 'var/run'));
  symlinkSync('../../../../../../etc', join(root, 'usr/etc'));
  symlinkSync('b', join(root, 'a'));
  symlinkSync('a', join(root, 'b'));
});

afterEach(() => rmSync(root, { recursive: true }));

describe('resolveBeneath', () => {
  it.each([
    ['a plain path', '/usr/bin/dash', '/usr/bin/dash', 'file'],
    ['links on the way and at the end', '/bin/sh', '/usr/bin/dash', 'file'],
    ['an absolute link, from the tree on', '/var/run', '/run', 'folder'],
    ['dots', '//usr/./bin/../bin/', '/usr/bin', 'folder'],
    ['too many double dots', '/../../usr', '/usr', 'folder'],
    ['the root', '/', '/', 'folder'],
  ])('follows %s', (_, path, end, type) => {
    expect(resolveBeneath(hostTree(root), path)).toMatchObject({ path: end, entry: { type } });
  });

  it.each([
    ['a missing name below a link', '/var/run/lock/x', '/run/lock/x'],
    ['a link that would lead out', '/usr/etc/passwd', '/etc/passwd'],
  ])('says where %s would be', (_, path, end) => {
    expect(resolveBeneath(hostTree(root), path)).toEqual({ path: end });
  });

  it('sees a file in the way', () => {
    expect(resolveBeneath(hostTree(root), '/bin/sh/x').blocked).toBe('not-a-folder');
  });

  it('ends where links lead in a circle', () => {
    expect(resolveBeneath(hostTree(root), '/a/x').blocked).toBe('loop');
  });

  it('never leaves the tree, whatever path is asked for', () => {
    const name = fc.constantFrom('..', '.', '', 'usr', 'bin', 'etc', 'var', 'run', 'sh', 'x', 'a');
    const asked = new Set<string>();
    const tree = { look: (path: string) => (asked.add(path), hostTree(root).look(path)) };

    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        expect(resolveBeneath(tree, `/${names.join('/')}`).path).toMatch(/^\//);
      }),
    );
    expect([...asked].filter((path) => path.split('/').includes('..'))).toEqual([]);
  });
});
