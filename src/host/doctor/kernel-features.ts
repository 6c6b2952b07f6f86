import { release } from 'node:os';
import type { NewerFile } from '../cgroup/mode.ts';
import { pathExists } from '../file.ts';
import { childrenFile } from '../runtime/monitor-watch.ts';
import type { Kernel } from './kernel.ts';

/** There while the module is loaded or built in. */
const overlayModule = '/sys/module/overlay';

/** The kernel's release, and what of newer ones it has: the files of cgroups as given, the rest by looking. */
export function readKernel(newerFiles: readonly NewerFile[]): Kernel {
  return {
    release: release(),
    features: [
      {
        name: 'metacopy of overlay',
        since: '4.19',
        without: 'no writable root filesystem, and none with mounts that its source has no place for',
        isThere: pathExists(overlayModule) ? pathExists(`${overlayModule}/parameters/metacopy`) : undefined,
        isNeeded: true,
      },
      {
        name: '/proc/PID/task/TID/children',
        since: '4.2',
        option: 'CONFIG_PROC_CHILDREN',
        without: 'a watch finds a killed monitor by its next full pass alone',
        isThere: pathExists(childrenFile(process.pid)),
      },
      ...newerFiles,
    ],
  };
}
