import { resourceOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { exactFile } from '../limit-file.ts';

/**
 * Lists in the kernel's format. A new v1 cpuset is empty and takes no process: the runtime fills it from our parent
 * before it puts one in, so that is what a new container has.
 */
export function cpuset({ cpus, mems }: CodecFacts): Controller {
  return {
    limits: [
      exactFile({ field: 'cpuset.cpus', controller: 'cpuset', file: 'cpuset.cpus', initial: cpus }),
      exactFile({ field: 'cpuset.mems', controller: 'cpuset', file: 'cpuset.mems', initial: mems }),
    ],
    usage: [],
    toFiles: (resources) => ({
      'cpuset.cpus': resources['cpuset.cpus'] ?? cpus,
      'cpuset.mems': resources['cpuset.mems'] ?? mems,
    }),
    fromFiles: (files) => ({
      ...resourceOf('cpuset.cpus', files['cpuset.cpus']),
      ...resourceOf('cpuset.mems', files['cpuset.mems']),
    }),
  };
}
