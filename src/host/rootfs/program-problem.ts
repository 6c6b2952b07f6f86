import type { RootfsProblem } from '../../state/observed.ts';
import { isWithin } from '../../state/path.ts';
import type { RootfsUse } from '../../state/rootfs-key.ts';
import { kernelTargets } from './mount-target.ts';
import { resolveBeneath } from './resolve-beneath.ts';
import type { Tree } from './resolve-beneath.ts';

/**
 * Says whether the container's program is there to be started. A name that is looked for on the PATH, and whatever a
 * mount may hide, is not judged.
 */
export function programProblems(tree: Tree, { rootfs, process, mounts }: RootfsUse): RootfsProblem[] {
  const program = process.args[0];
  if (program === undefined || !program.startsWith('/')) return [];
  const targets = [...kernelTargets.map(({ path }) => path), ...mounts.map((mount) => mount.target)];
  const { path, entry, blocked } = resolveBeneath(tree, program);
  if (
    isWithin(
      path,
      targets.map((target) => resolveBeneath(tree, target).path),
    )
  )
    return [];
  const reason = blocked === 'loop' ? 'links lead in a circle' : reasonOf(entry);
  if (reason === undefined) return [];
  const hint =
    'jail' in rootfs ? 'add it to rootfs.jail.binaries' : `install it in ${rootfs.path}, or correct process.args`;
  return [{ path: 'process.args.0', message: `${program}: ${reason}`, hint }];
}

function reasonOf(entry: ReturnType<typeof resolveBeneath>['entry']): string | undefined {
  if (entry === undefined) return 'is not in the root filesystem';
  if (entry.type === 'folder') return 'is a folder';
  if (entry.type === 'other') return 'is no program';
  return (entry.mode & 0o111) === 0 ? 'nobody may run it' : undefined;
}
