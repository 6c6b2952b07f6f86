import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { pssMegabytes } from '../memory.ts';
import { requireProgram } from './peer.ts';

const project = new URL('../../..', import.meta.url).pathname;

const guestMegabytes = 128;

export interface Guest {
  /** From the start of qemu until the guest's first process speaks. */
  readonly startMs: number;
  /** The proportional share of qemu then. */
  readonly megabytes: number;
}

/** Boots Debian's cloud kernel with busybox alone as often as asked, one after the other. */
export async function bootGuests(bench: Bench, count: number): Promise<Guest[]> {
  const qemu = requireProgram('qemu-system-x86_64', 'qemu-system-x86');
  const kernel = await findKernel(bench);
  const initrd = await makeInitrd(bench);
  const accel = process.env['VM_ACCEL'] ?? 'tcg,thread=multi';
  const guests: Guest[] = [];
  for (let index = 0; index < count; index += 1) {
    const began = performance.now();
    const guest = bench.children.start([
      ...[qemu, '-accel', accel, '-cpu', 'Nehalem-v1', '-smp', '1', '-m', String(guestMegabytes), '-kernel', kernel, '-initrd', initrd],
      ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off init_on_alloc=0 nokaslr ipv6.disable=1', '-display', 'none', '-monitor', 'none'],
      ...['-nic', 'none', '-no-reboot', '-serial', 'stdio'],
    ], { boundMs: 60_000 });
    try {
      await guest.until(/bench-guest-runs/);
      guests.push({ startMs: performance.now() - began, megabytes: pssMegabytes(guest.pid) });
    } finally {
      await guest.stop('SIGKILL');
    }
  }
  return guests;
}

/** The one that the tests' guests boot where it was built already, else Debian's package. */
async function findKernel(bench: Bench): Promise<string> {
  const [built, kept] = [join(project, '.cache/vm'), join(project, '.cache/bench')];
  const disks = existsSync(built) ? readdirSync(built).filter((name) => name.startsWith('disk-')) : [];
  const found = [...disks.map((name) => join(built, name, 'vmlinuz')), join(kept, 'vmlinuz')].find((path) => existsSync(path));
  if (found !== undefined) return found;
  const folder = join(bench.folder, 'kernel');
  mkdirSync(folder);
  mkdirSync(kept, { recursive: true });
  const script = `name=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \\(linux-image-[0-9].*\\)/\\1/p')
    apt-get -q download "$name" && dpkg -x ./linux-image-*.deb unpacked`;
  await bench.children.run(['sh', '-ec', script], { cwd: folder });
  const image = readdirSync(join(folder, 'unpacked/boot')).find((name) => name.startsWith('vmlinuz'));
  if (image === undefined) throw new Error("Debian's package linux-image-cloud-amd64 holds no kernel");
  cpSync(join(folder, 'unpacked/boot', image), join(kept, 'vmlinuz'));
  return join(kept, 'vmlinuz');
}

async function makeInitrd(bench: Bench): Promise<string> {
  const folder = join(bench.folder, 'initrd');
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'dev'));
  cpSync(requireProgram('busybox', 'busybox-static'), join(folder, 'bin/busybox'));
  writeFileSync(join(folder, 'init'), '#!/bin/busybox sh\n/bin/busybox mount -t devtmpfs devtmpfs /dev\necho bench-guest-runs >/dev/console\nexec /bin/busybox sleep 100000\n', { mode: 0o755 });
  await bench.children.run(['sh', '-ec', 'cd initrd && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1 >../initrd.gz'], { cwd: bench.folder });
  return join(bench.folder, 'initrd.gz');
}
