import { describe, expect, it } from 'vitest';
import type { RootfsUse } from '../../src/state/rootfs-key.ts';
import { rootfsKey } from '../../src/state/rootfs-key.ts';

const use: RootfsUse = {
  rootfs: { jail: { binaries: ['/bin/a', '/bin/b'], files: ['/etc/x'] }, readonly: true },
  process: { args: ['/bin/a', '-f'], env: {}, cwd: '/', user: { uid: 0, gid: 0 } },
  mounts: [],
};

const mount = { type: 'tmpfs', target: '/data', readonly: false } as const;

describe('rootfsKey', () => {
  it.each<[string, Partial<RootfsUse>]>([
    ['binaries', { rootfs: { jail: { binaries: ['/bin/a'], files: ['/etc/x'] }, readonly: true } }],
    [
      'the order of binaries, by which problems are named',
      { rootfs: { jail: { binaries: ['/bin/b', '/bin/a'], files: ['/etc/x'] }, readonly: true } },
    ],
    [
      'what is a binary and what a file',
      { rootfs: { jail: { binaries: ['/bin/a'], files: ['/bin/b', '/etc/x'] }, readonly: true } },
    ],
    ['a folder for a jail', { rootfs: { path: '/srv', readonly: true } }],
    ['the program', { process: { ...use.process, args: ['/bin/b'] } }],
    ['mount targets', { mounts: [mount] }],
  ])('tells %s apart', (_, other) => {
    expect(rootfsKey({ ...use, ...other })).not.toBe(rootfsKey(use));
  });

  it.each<[string, Partial<RootfsUse>]>([
    ['arguments', { process: { ...use.process, args: ['/bin/a', '-g'] } }],
    ['environment', { process: { ...use.process, env: { TOKEN: 'secret' } } }],
    ['whether it is read-only', { rootfs: { ...use.rootfs, readonly: false } }],
  ])('is the same whatever the %s', (_, other) => {
    expect(rootfsKey({ ...use, ...other })).toBe(rootfsKey(use));
  });
});
