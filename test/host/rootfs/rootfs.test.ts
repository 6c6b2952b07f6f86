import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ReconcileError } from '../../../src/errors.ts';
import { openRootfs } from '../../../src/host/rootfs/rootfs.ts';
import type { ContainerName } from '../../../src/state/container-name.ts';
import type { RootfsUse } from '../../../src/state/rootfs-key.ts';
import { requires } from '../../support/requires.ts';
import { openDriver, rootfsFixture, settle, useOf, write } from './rootfs-fixture.ts';

const name = 'web' as ContainerName;

const fixture = rootfsFixture();

const mountPoint = (): string => join(fixture.paths.bundle(name), 'rootfs');

function prepare(use: RootfsUse, id = fixture.driver.inspect(use).id) {
  return fixture.driver.prepare({ name, rootfs: use.rootfs, id, mountTargets: [], mountPoint: mountPoint() });
}

requires({ root: true })('a jail', () => {
  it('is written as it was inspected, and belongs to the runtime without any mount where it is read-only', async () => {
    const use = useOf(fixture);
    const { id, problems } = fixture.driver.inspect(use);

    const prepared = await prepare(use);

    expect(problems).toEqual([]);
    expect(prepared).toEqual({ rootPath: fixture.paths.jail(id), readonly: true });
    expect(readFileSync(join(fixture.paths.jail(id), fixture.base, 'host/bin/app'))).toEqual(
      readFileSync(join(fixture.base, 'host/bin/app')),
    );
    expect(readdirSync(fixture.paths.jail(id))).toEqual(
      expect.arrayContaining(['dev', 'etc', 'proc', 'run', 'sys', 'tmp']),
    );
    expect((lstatSync(join(fixture.paths.jail(id), 'tmp')).mode & 0o7777).toString(8)).toBe('1777');
    expect(fixture.commands).toEqual([expect.stringMatching(/^sync --file-system .*\/\.tmp-/)]);
    expect(fixture.driver.listJails()).toEqual([id]);
  });

  it('keeps the times of files and the targets of links', async () => {
    utimesSync(join(fixture.base, 'host/bin/app'), 1_000_000, 1_000_000);
    symlinkSync('app', join(fixture.base, 'host/bin/alias'));
    const use = useOf(fixture, { jail: { binaries: [join(fixture.base, 'host/bin/alias')], files: [] } });

    const { rootPath } = await prepare(use);

    expect(lstatSync(join(rootPath, fixture.base, 'host/bin/app')).mtimeMs).toBe(1_000_000_000);
    expect(readlinkSync(join(rootPath, fixture.base, 'host/bin/alias'))).toBe('app');
  });

  it('is built once for all that start together', async () => {
    const use = useOf(fixture);

    await Promise.all([prepare(use), prepare(use), prepare(use)]);
    await prepare(use);

    expect(fixture.commands.length).toBe(1);
  });

  it('leaves nothing half made when a file changes between plan and build', async () => {
    const use = useOf(fixture);
    const { id } = fixture.driver.inspect(use);
    appendFileSync(join(fixture.base, 'host/lib/liba.so.1'), 'patched');

    await expect(prepare(use, id)).rejects.toMatchObject({ code: 'ERR_ROOTFS', retryable: true });
    expect(fixture.driver.listJails()).toEqual([]);
    expect(fixture.commands).toEqual([]);
  });

  it('leaves nothing half made when the disk cannot be reached', async () => {
    fixture.driver = openRootfs(fixture.paths, { run: () => Promise.reject(new Error('no sync here')) });

    await expect(prepare(useOf(fixture))).rejects.toMatchObject({
      code: 'ERR_ROOTFS',
      message: expect.stringContaining('no sync here'),
    });
    expect(readdirSync(fixture.paths.jails)).toEqual([]);
  });

  it.each(['Input/output error', 'No space left on device'])('says what to do where the disk tells of an earlier write that failed: %s', async (words) => {
    const failed = new ReconcileError('ERR_ROOTFS', `sync --file-system /data: exit status 1: sync: error syncing '/data': ${words}`, { retryable: true });
    fixture.driver = openRootfs(fixture.paths, { run: () => Promise.reject(failed) });

    await expect(prepare(useOf(fixture))).rejects.toMatchObject({ code: 'ERR_ROOTFS', retryable: true, message: failed.message, hint: expect.stringMatching(/try again is enough.*dmesg.*--data/) });
    expect(readdirSync(fixture.paths.jails)).toEqual([]);
  });

  it('sweeps up what a killed process left', async () => {
    mkdirSync(join(fixture.paths.jails, '.tmp-0123/usr'), { recursive: true });
    mkdirSync(join(fixture.paths.layers, '.tmp-4567/upper'), { recursive: true });

    await prepare(useOf(fixture));

    expect(existsSync(join(fixture.paths.jails, '.tmp-0123'))).toBe(false);
    expect(existsSync(join(fixture.paths.layers, '.tmp-4567'))).toBe(false);
  });

  it('is removed with the list of its sources', async () => {
    const use = useOf(fixture);
    const { id } = fixture.driver.inspect(use);
    await prepare(use);

    await fixture.driver.removeJail(id);
    await fixture.driver.removeJail(id);

    expect(readdirSync(fixture.paths.jails)).toEqual([]);
  });

  it('has an id without which nothing is removed', async () => {
    await expect(fixture.driver.removeJail('../layers')).rejects.toThrow(/no jail has the id/);
  });

  it('is known to a later process without being read again', async () => {
    settle(fixture);
    const use = useOf(fixture);
    await prepare(use);
    const { id } = fixture.driver.inspect(use);
    const list = join(fixture.paths.jails, `${id}.json`);
    const wrong = 'f'.repeat(64);
    writeFileSync(list, readFileSync(list, 'utf8').replace(/"sha256":"[0-9a-f]{64}"/g, `"sha256":"${wrong}"`));

    expect(openDriver(fixture).inspect(use).id).not.toBe(id);
  });

  it.each(['', '{', '{"sources":[{"sha256":"x"}]}', '{"sources":7}', 'null'])(
    'is found anew where the list of sources is %j',
    async (text) => {
      const use = useOf(fixture);
      await prepare(use);
      const { id } = fixture.driver.inspect(use);
      writeFileSync(join(fixture.paths.jails, `${id}.json`), text);

      expect(openDriver(fixture).inspect(use)).toEqual({ id, problems: [] });
    },
  );
});

requires({ root: true })('a folder as root filesystem', () => {
  const folder = (readonly: boolean, image = 'image'): RootfsUse => {
    for (const part of ['bin', 'etc', 'proc', 'dev', 'sys'])
      mkdirSync(join(fixture.base, image, part), { recursive: true });
    write(fixture, `${image}/bin/app`, '#!/bin/sh\n');
    return {
      ...useOf(fixture),
      rootfs: { path: join(fixture.base, image), readonly },
      process: { ...useOf(fixture).process, args: ['/bin/app'] },
    };
  };

  it('is used as it is where it is read-only and has every mount target', async () => {
    expect(await prepare(folder(true))).toEqual({ rootPath: join(fixture.base, 'image'), readonly: true });
    expect(fixture.commands).toEqual([]);
  });

  it('gets missing mount targets in an overlay beside the mount point, and stays as it is', async () => {
    const use = folder(true);
    const { id } = fixture.driver.inspect(use);
    const before = readdirSync(join(fixture.base, 'image'), { recursive: true }).sort();
    const mountTargets = [{ path: '/data', kind: 'dir' } as const];

    const prepared = await fixture.driver.prepare({
      name,
      rootfs: use.rootfs,
      id,
      mountTargets,
      mountPoint: mountPoint(),
    });

    const overlay = { mountPoint: mountPoint(), folder: join(fixture.paths.bundle(name), 'overlay'), layers: ['ro', 'lowerdir=skeleton:lower'] };
    expect(prepared).toEqual({ rootPath: mountPoint(), readonly: true, overlay: { ...overlay, tag: expect.stringMatching(/^reconcile-/) } });
    expect(lstatSync(mountPoint()).isDirectory()).toBe(true);
    expect(fixture.commands).toEqual([]);
    expect(readdirSync(join(fixture.paths.bundle(name), 'overlay/skeleton'))).toEqual(['data']);
    expect(readlinkSync(join(fixture.paths.bundle(name), 'overlay/lower'))).toBe(join(fixture.base, 'image'));
    expect(readdirSync(join(fixture.base, 'image'), { recursive: true }).sort()).toEqual(before);
  });

  it('gets a layer of its own where it is writable, which looks like the folder from outside', async () => {
    const use = folder(false);
    chmodSync(join(fixture.base, 'image'), 0o711);

    const prepared = await prepare(use);

    const layers = [`lowerdir=${join(fixture.base, 'image')}`, 'upperdir=upper', 'workdir=work'];
    const overlay = { mountPoint: mountPoint(), folder: fixture.paths.layer(name), layers };
    expect(prepared).toEqual({ rootPath: mountPoint(), readonly: false, overlay: { ...overlay, tag: expect.stringMatching(/^reconcile-/) } });
    expect(fixture.commands).toEqual([]);
    expect((lstatSync(join(fixture.paths.layer(name), 'upper')).mode & 0o7777).toString(8)).toBe('711');
    expect(fixture.driver.listLayers()).toEqual([name]);
  });

  it('keeps what was written, over another folder too', async () => {
    await prepare(folder(false));
    writeFileSync(join(fixture.paths.layer(name), 'upper/written'), 'kept');

    const { overlay } = await prepare(folder(false, 'other'));

    expect(readFileSync(join(fixture.paths.layer(name), 'upper/written'), 'utf8')).toBe('kept');
    expect(overlay?.layers[0]).toBe(`lowerdir=${join(fixture.base, 'other')}`);
  });

  it.each(['one, two', 'one:two', 'back\\slash', 'l'.repeat(200)])('goes by a link in its layer where its path is no option of a mount: %s', async (image) => {
    const { overlay } = await prepare(folder(false, image));

    expect(overlay?.layers[0]).toBe('lowerdir=lower');
    expect(readlinkSync(join(fixture.paths.layer(name), 'lower'))).toBe(join(fixture.base, image));
  });

  it('is refused when another took its place since the plan', async () => {
    const use = folder(true);
    const { id } = fixture.driver.inspect(use);
    renameSync(join(fixture.base, 'image'), join(fixture.base, 'old'));

    await expect(prepare(folder(true), id)).rejects.toMatchObject({ code: 'ERR_ROOTFS', retryable: true });
  });

  it('is released with its layer, or without', async () => {
    await prepare(folder(false));

    await fixture.driver.release(name, mountPoint(), { keepLayer: true });
    expect(existsSync(mountPoint())).toBe(false);
    const kept = fixture.driver.listLayers();
    await fixture.driver.release(name, mountPoint(), { keepLayer: false });
    await fixture.driver.release(name, mountPoint(), { keepLayer: false });

    expect([kept, fixture.driver.listLayers(), readdirSync(fixture.paths.layers)]).toEqual([[name], [], []]);
  });
});
