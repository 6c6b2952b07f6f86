import { resourceOf } from '../controller.ts';
import type { Controller } from '../controller.ts';
import { exactFile } from '../limit-file.ts';

/** Lists in the kernel's format; an empty file means whatever the parent has. */
export function cpuset(): Controller {
  return {
    limits: [
      exactFile({ field: 'cpuset.cpus', controller: 'cpuset', file: 'cpuset.cpus', initial: '' }),
      exactFile({ field: 'cpuset.mems', controller: 'cpuset', file: 'cpuset.mems', initial: '' }),
    ],
    usage: [],
    toFiles: (resources) => ({
      'cpuset.cpus': resources['cpuset.cpus'] ?? '',
      'cpuset.mems': resources['cpuset.mems'] ?? '',
    }),
    fromFiles: (files) => ({
      ...resourceOf('cpuset.cpus', files['cpuset.cpus']),
      ...resourceOf('cpuset.mems', files['cpuset.mems']),
    }),
  };
}
