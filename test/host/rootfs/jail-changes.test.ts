import { appendFileSync, chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ContainerName } from '../../../src/state/container-name.ts';
import type { RootfsUse } from '../../../src/state/rootfs-key.ts';
import { requires } from '../../support/requires.ts';
import { openDriver, rootfsFixture, useOf, write } from './rootfs-fixture.ts';

const name = 'web' as ContainerName;
const fixture = rootfsFixture();

/** Builds the jail as the host is now and gives its id. */
async function build(use: RootfsUse): Promise<string> {
  const { id } = fixture.driver.inspect(use);
  await fixture.driver.prepare({ name, rootfs: use.rootfs, id, mountTargets: [], mountPoint: join(fixture.paths.bundle(name), 'rootfs') });
  return id;
}

/** A jail of the fixture's program and a folder of files beside it. */
function useWithFolder(): RootfsUse {
  write(fixture, 'host/etc/one.conf', 'one');
  write(fixture, 'host/etc/two.conf', 'two');
  const { rootfs } = useOf(fixture);
  const binaries = 'jail' in rootfs ? rootfs.jail.binaries : [];
  return useOf(fixture, { jail: { binaries, files: [join(fixture.base, 'host/etc')] } });
}

const inHost = (path: string): string => join(fixture.base, 'host', path);

requires({ root: true })('what changed since a jail was built', () => {
  it.each([
    ['a file with other content of another size', () => { appendFileSync(inHost('bin/app'), 'patched'); }, ['bin/app']],
    ['a file with other content of the same size', () => { writeFileSync(inHost('etc/one.conf'), 'eno'); }, ['etc/one.conf']],
    ['a file with another mode', () => { chmodSync(inHost('etc/one.conf'), 0o600); }, ['etc/one.conf']],
    ['a file that is new', () => { write(fixture, 'host/etc/three.conf', 'three'); }, ['etc/three.conf']],
    ['a file that is gone', () => { rmSync(inHost('etc/two.conf')); }, ['etc/two.conf']],
    ['a link in the place of a file', () => { rmSync(inHost('etc/two.conf')); symlinkSync('one.conf', inHost('etc/two.conf')); }, ['etc/two.conf']],
    ['a folder that is new and empty', () => { write(fixture, 'host/etc/sub/x', ''); rmSync(inHost('etc/sub/x')); }, ['etc/sub']],
  ])('names %s', async (_case, disturb, changed) => {
    const use = useWithFolder();
    const old = await build(use);

    disturb();
    const driver = openDriver(fixture);
    driver.inspect(use);

    expect(driver.changedSince(use.rootfs, old)).toEqual({ count: changed.length, paths: changed.map(inHost) });
  });

  it('is told with a count where it is much, and a few names', async () => {
    const use = useWithFolder();
    const old = await build(use);

    for (let index = 0; index < 30; index += 1) write(fixture, `host/etc/many/${index}`, '');
    fixture.driver.inspect(use);

    const changed = fixture.driver.changedSince(use.rootfs, old);
    expect(changed?.count).toBe(30);
    expect(changed?.paths).toHaveLength(10);
  });

  it('cannot be told where the old jail is gone, nor of a folder', async () => {
    const use = useWithFolder();
    const old = await build(use);

    rmSync(fixture.paths.jail(old), { recursive: true });
    appendFileSync(inHost('bin/app'), 'patched');
    fixture.driver.inspect(use);

    expect(fixture.driver.changedSince(use.rootfs, old)).toBeUndefined();
    expect(fixture.driver.changedSince({ path: '/srv', readonly: true }, '/srv@1:2')).toBeUndefined();
  });

  it('leads through no link out of the old jail', async () => {
    const use = useWithFolder();
    symlinkSync('/proc', inHost('etc/proc'));
    const old = await build(use);

    appendFileSync(inHost('bin/app'), 'patched');
    fixture.driver.inspect(use);

    expect(fixture.driver.changedSince(use.rootfs, old)).toEqual({ count: 1, paths: [inHost('bin/app')] });
  });
});
