import { resourceOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { listFile } from '../limit-file.ts';

/** Lists in the kernel's format. A new v1 cpuset is empty and takes no process, so the default is written out. */
export function cpuset({ cpus, mems }: CodecFacts): Controller {
  return {
    limits: [
      listFile({ field: 'cpuset.cpus', controller: 'cpuset', file: 'cpuset.cpus', initial: '' }),
      listFile({ field: 'cpuset.mems', controller: 'cpuset', file: 'cpuset.mems', initial: '' }),
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
