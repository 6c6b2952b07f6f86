import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/*
 * The system tests run once on the host as it is, and, on a hybrid host, once more in a mount namespace that shows the
 * v1 hierarchies alone: what a legacy host shows. The second time runc takes the place of crun.
 */

/** Gives every v1 hierarchy a place on a new /sys/fs/cgroup, then holds the namespace until stdin ends. */
const hideUnified = `
set -e
new=$(mktemp -d)
mount -t tmpfs tmpfs "$new"
for old in /sys/fs/cgroup/*; do
  name=\${old##*/}
  if [ "$name" != unified ]; then mkdir "$new/$name"; mount --bind "$old" "$new/$name"; fi
  umount "$old"
done
umount /sys/fs/cgroup
mount --move "$new" /sys/fs/cgroup
rmdir "$new"
exec cat
`;

export interface Lane {
  readonly name: 'host' | 'legacy';
  /** Put before a command line. */
  readonly prefix: readonly string[];
  /** The mounts that commands of this lane see. */
  readonly mountinfo: string;
}

const hostLane: Lane = { name: 'host', prefix: [], mountinfo: '/proc/self/mountinfo' };

/** Only root can make a namespace; without root no system test runs, so that any lane will do. */
export const lane: Lane = process.env['LANE'] === 'legacy' && process.getuid?.() === 0 ? openLegacy() : hostLane;

function openLegacy(): Lane {
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', hideUnified], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const mountinfo = `/proc/${holder.pid}/mountinfo`;
  for (let tries = 0; !showsLegacy(mountinfo); tries += 1) {
    if (tries > 500) throw new Error('no mount namespace without the unified hierarchy could be made');
    spawnSync('sleep', ['0.01']);
  }
  holder.unref();
  return { name: 'legacy', prefix: ['nsenter', `--mount=/proc/${holder.pid}/ns/mnt`, '--'], mountinfo };
}

function showsLegacy(mountinfo: string): boolean {
  const text = readFileSync(mountinfo, 'utf8');
  return !text.includes(' /sys/fs/cgroup/unified ') && text.includes(' /sys/fs/cgroup/memory ');
}
