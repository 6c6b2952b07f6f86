import { appendFileSync, chmodSync, existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { elfSample } from './elf-sample.ts';
import { rootfsFixture, settle, useOf, write } from './rootfs-fixture.ts';

const fixture = rootfsFixture();

beforeEach(() => settle(fixture));

describe('inspecting a jail again', () => {
  it.each<[string, () => void]>([
    ['a library is written to in place', () => appendFileSync(join(fixture.base, 'host/lib/liba.so.1'), 'patched')],
    [
      'a library is replaced by renaming another over it',
      () => {
        writeFileSync(join(fixture.base, 'new'), Buffer.concat([elfSample(), Buffer.from('patched')]), { mode: 0o755 });
        renameSync(join(fixture.base, 'new'), join(fixture.base, 'host/lib/liba.so.1'));
      },
    ],
    ['a mode changes', () => chmodSync(join(fixture.base, 'host/bin/app'), 0o700)],
    ['a folder on the way changes its mode', () => chmodSync(join(fixture.base, 'host/lib'), 0o700)],
  ])('sees that %s', (_, change) => {
    const use = useOf(fixture);
    const before = fixture.driver.inspect(use);

    change();

    const after = fixture.driver.inspect(use);
    expect([before.problems, after.problems]).toEqual([[], []]);
    expect(after.id).not.toBe(before.id);
  });

  it('sees a file that is added to a folder', () => {
    write(fixture, 'host/conf/a', 'a');
    settle(fixture);
    const use = useOf(fixture, {
      jail: { binaries: [join(fixture.base, 'host/bin/app')], files: [join(fixture.base, 'host/conf')] },
    });
    const before = fixture.driver.inspect(use).id;

    write(fixture, 'host/conf/b', 'b');

    expect(fixture.driver.inspect(use).id).not.toBe(before);
  });

  it('sees a missing file appear', () => {
    const use = useOf(fixture, {
      jail: { binaries: [join(fixture.base, 'host/bin/app')], files: [join(fixture.base, 'host/later')] },
    });
    const before = fixture.driver.inspect(use).problems.map(({ path }) => path);

    write(fixture, 'host/later', 'now');

    expect([before, fixture.driver.inspect(use).problems]).toEqual([['rootfs.jail.files.0'], []]);
  });

  it('sees a library appear where the loader would look first', () => {
    write(
      fixture,
      'host/bin/two',
      elfSample({ type: 2, needed: ['liba.so.1'], runpath: '$ORIGIN/../first:$ORIGIN/../lib' }),
    );
    mkdirSync(join(fixture.base, 'host/first'));
    settle(fixture);
    const two = useOf(fixture, { jail: { binaries: [join(fixture.base, 'host/bin/two')], files: [] } });
    const use = { ...two, process: { ...two.process, args: ['two'] } };
    const before = fixture.driver.inspect(use);

    write(fixture, 'host/first/liba.so.1', elfSample());

    expect(before.problems).toEqual([]);
    expect(fixture.driver.inspect(use).id).not.toBe(before.id);
  });

  it('gives the same id while nothing changes, and after a touch', () => {
    const use = useOf(fixture);
    const before = fixture.driver.inspect(use);

    const again = fixture.driver.inspect(use);
    utimesSync(join(fixture.base, 'host/bin/app'), 5, 5);

    expect([again, fixture.driver.inspect(use)]).toEqual([before, before]);
  });

  it('says where the program to be started is not among the binaries', () => {
    const use = { ...useOf(fixture), process: { ...useOf(fixture).process, args: ['/bin/none'] } };

    expect(fixture.driver.inspect(use).problems).toMatchObject([
      { path: 'process.args.0', message: '/bin/none: is not in the root filesystem' },
    ]);
  });

  it('writes nothing', () => {
    fixture.driver.inspect(useOf(fixture));

    expect([
      existsSync(fixture.paths.jails),
      existsSync(fixture.paths.layers),
      existsSync(fixture.paths.bundles),
      fixture.commands,
    ]).toEqual([false, false, false, []]);
  });
});
