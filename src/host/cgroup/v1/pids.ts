import { limitOf, parseCount } from '../amounts.ts';
import { resourceOf, usageOf } from '../controller.ts';
import type { Controller } from '../controller.ts';
import { scalarFile } from '../limit-file.ts';

/** A number of tasks, or "max". */
export function pids(): Controller {
  return {
    limits: [scalarFile({ field: 'pids.max', controller: 'pids', file: 'pids.max', initial: 'max', size: parseCount })],
    usage: [{ controller: 'pids', file: 'pids.current', parse: (text) => usageOf('tasks', parseCount(text)) }],
    toFiles: (resources) => ({ 'pids.max': String(resources['pids.max'] ?? 'max') }),
    fromFiles: (files) => resourceOf('pids.max', limitOf(parseCount(files['pids.max'] ?? ''))),
  };
}
