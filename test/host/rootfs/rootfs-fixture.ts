import { lstatSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Paths } from '../../../src/host/paths.ts';
import { pathsOf } from '../../../src/host/paths.ts';
import type { RootfsDriver } from '../../../src/host/rootfs/rootfs.ts';
import { openRootfs } from '../../../src/host/rootfs/rootfs.ts';
import type { Rootfs } from '../../../src/state/desired.ts';
import type { RootfsUse } from '../../../src/state/rootfs-key.ts';
import { elfSample } from './elf-sample.ts';

/** A host folder with a program and its library, and a driver that starts no program. */
export interface RootfsFixture {
  base: string;
  paths: Paths;
  driver: RootfsDriver;
  /** What the driver would have started. */
  commands: string[];
}

/** Makes a fixture before each test and removes it after. */
export function rootfsFixture(): RootfsFixture {
  const fixture = {} as RootfsFixture;
  beforeEach(() => {
    const base = realpathSync(mkdtempSync(join(tmpdir(), 'rootfs-')));
    const paths = pathsOf({ root: join(base, 'run'), data: join(base, 'data') });
    Object.assign(fixture, { base, paths, commands: [] });
    fixture.driver = openDriver(fixture);
    write(fixture, 'host/lib/liba.so.1', elfSample());
    write(fixture, 'host/bin/app', elfSample({ type: 2, needed: ['liba.so.1'], runpath: '$ORIGIN/../lib' }));
  });
  afterEach(() => rmSync(fixture.base, { recursive: true }));
  return fixture;
}

/** One more driver on the same folders, as in a later process. */
export function openDriver(fixture: RootfsFixture): RootfsDriver {
  return openRootfs(fixture.paths, {
    run: async (file, args) => {
      fixture.commands.push([file, ...args].join(' '));
      return { stdout: '', stderr: '' };
    },
  });
}

export function write({ base }: RootfsFixture, path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(base, path)), { recursive: true });
  writeFileSync(join(base, path), content, { mode: 0o755 });
}

/** Waits until any change of a file would show in its times. */
export function settle({ base }: RootfsFixture): void {
  const names = readdirSync(join(base, 'host'), { recursive: true, encoding: 'utf8' });
  const youngestMs = Math.max(...['', ...names].map((name) => lstatSync(join(base, 'host', name)).ctimeMs));
  while (Date.now() - youngestMs < 150) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
}

/** Uses the fixture's program, in a read-only jail where nothing else is said. */
export function useOf({ base }: RootfsFixture, rootfs: Partial<Rootfs> = {}): RootfsUse {
  const program = join(base, 'host/bin/app');
  return {
    rootfs: { jail: { binaries: [program], files: [] }, readonly: true, ...rootfs },
    process: { args: [program], env: {}, cwd: '/', user: { uid: 0, gid: 0 } },
    mounts: [],
  };
}
