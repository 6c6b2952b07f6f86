import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { run } from '../exec.ts';
import { makePrivateDir, pathExists } from '../file.ts';
import type { Paths } from '../paths.ts';
import { ownMountsAt, readOwnMounts } from '../proc/mountinfo.ts';
import type { MountEntry } from '../proc/mountinfo.ts';

const timeoutMs = 5000;

/**
 * Marks the bundles' folder by mounting it on itself: the kernel then tells every other instance on this host where our
 * bundles are, also those of containers that have no process, and forgets it when it forgets the cgroups. Throws ERR_COMMAND_FAILED.
 */
export async function markInstance({ bundles }: Pick<Paths, 'bundles'>): Promise<void> {
  makePrivateDir(bundles);
  const folder = realpathSync(bundles);
  if (ownMountsAt(folder).length > 0) return;
  await freeRoots(folder);
  await run('mount', ['--no-mtab', '--bind', '--make-private', folder, folder], { timeoutMs });
}

/**
 * Before there were marks the host had a mount of each root filesystem. A mark would cover it: nobody could unmount it any
 * more, nor remove its bundle. Its container has the mount as its own root and goes on.
 */
async function freeRoots(bundles: string): Promise<void> {
  const points = readOwnMounts().map(({ mountPoint }) => mountPoint);
  for (const point of points.reverse()) {
    if (basename(point) !== 'rootfs' || dirname(dirname(point)) !== bundles) continue;
    await run('umount', ['--no-mtab', '--no-canonicalize', '--lazy', point], { timeoutMs });
  }
}

/** Takes the mark away; none there is fine. Throws ERR_COMMAND_FAILED. */
export async function unmarkInstance({ bundles }: Pick<Paths, 'bundles'>): Promise<void> {
  const folder = pathExists(bundles) ? realpathSync(bundles) : bundles;
  while (ownMountsAt(folder).length > 0) await run('umount', ['--no-mtab', folder], { timeoutMs });
}

/** Whether a mount can be a mark: what lies in it says the rest. */
export function isInstanceMark({ mountPoint, root }: Pick<MountEntry, 'mountPoint' | 'root'>): boolean {
  return basename(mountPoint) === 'bundles' && basename(root) === 'bundles';
}
