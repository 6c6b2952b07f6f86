import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { openImage } from './image.ts';
import type { Maker } from './peer.ts';
import { requireProgram } from './peer.ts';

/** What Debian's containers of LXC include: capabilities, devices and the seccomp filter. */
const debianDefaults = '/usr/share/lxc/config/common.conf';

export interface Lxc extends Maker {
  /** `lxc-cgroup` on one container that was created, up to the name of the file. */
  readonly cgroupCommand: readonly string[];
}

/** lxc-start -d, several at once, on configurations that are written before. */
export async function openLxc(bench: Bench, atOnce: number): Promise<Lxc> {
  bench.floors.path('many');
  const [start, stop] = [requireProgram('lxc-start', 'lxc'), requireProgram('lxc-stop', 'lxc')];
  const { rootfs } = await openImage(bench);
  const path = join(bench.folder, 'lxc');
  const prepare = (count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const folder = join(path, `c${index}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'config'), configOf(`c${index}`, { rootfs, cgroup: `${bench.prefix}-lxc/c${index}` }));
    }
  };
  const stopAll = ['run', stop, '-P', path, '-n', 'c{}', '-k'];
  bench.defer(async () => {
    await bench.floors.many([['try', ...stopAll.slice(1)]], { count: bench.sizes.batch, atOnce });
    // Its locks, by the path of the configurations.
    rmSync(join('/run/lxc/lock', path), { recursive: true, force: true });
  });
  return {
    title: 'lxc-start',
    note: 'the containers of LXC share one plain folder, neither read-only nor below an overlay',
    cgroupCommand: [requireProgram('lxc-cgroup', 'lxc'), '-P', path, '-n', 'c{}'],
    create(count) {
      prepare(count);
      return bench.floors.many([['run', start, '-P', path, '-n', 'c{}', '-d']], { count, atOnce });
    },
    async destroy(count) {
      const ms = await bench.floors.many([stopAll], { count, atOnce });
      rmSync(path, { recursive: true, force: true });
      return ms;
    },
  };
}

function configOf(name: string, { rootfs, cgroup }: { readonly rootfs: string; readonly cgroup: string }): string {
  return [
    ...(existsSync(debianDefaults) ? [`lxc.include = ${debianDefaults}`] : []),
    `lxc.uts.name = ${name}`,
    `lxc.rootfs.path = dir:${rootfs}`,
    'lxc.net.0.type = empty',
    'lxc.apparmor.profile = unconfined',
    'lxc.mount.auto = proc:mixed sys:ro cgroup:ro',
    'lxc.pty.max = 1',
    'lxc.tty.max = 0',
    'lxc.init.cmd = /bin/busybox sleep 100000',
    `lxc.cgroup.dir = ${cgroup}`,
    '',
  ].join('\n');
}
