import type { FileValues, ResourceRefusal, Resources } from '../../../state/resources.ts';
import { formatBytes, keyedValue, limitOf, parseBytes, parseCount, unlimitedBytes } from '../amounts.ts';
import { resourceOf, usageOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { scalarFile } from '../limit-file.ts';

const limitFile = 'memory.limit_in_bytes';
const memswFile = 'memory.memsw.limit_in_bytes';

/**
 * memory.max is memory.limit_in_bytes. v1 limits memory and swap together, so memory.memsw.limit_in_bytes is
 * memory.max + memory.swap.max. The kernel holds limit <= memsw at each write: hence the table's order.
 * memory.soft_limit_in_bytes is no memory.low: it reclaims from those above it, and protects nobody.
 */
export function memory({ pageBytes }: CodecFacts): Controller {
  const size = (content: string): number => parseBytes(content, pageBytes);
  const initial = unlimitedBytes(pageBytes);
  return {
    limits: [
      scalarFile({ field: 'memory.max', controller: 'memory', file: limitFile, initial, size }),
      scalarFile({ field: 'memory.swap.max', controller: 'memory', file: memswFile, initial, size }),
    ],
    usage: [
      {
        controller: 'memory',
        file: 'memory.usage_in_bytes',
        parse: (text) => usageOf('memoryBytes', parseCount(text)),
      },
      {
        controller: 'memory',
        file: 'memory.oom_control',
        parse: (text) => usageOf('oomKills', keyedValue(text, 'oom_kill')),
      },
    ],
    toFiles: (resources) => ({
      [limitFile]: formatBytes(resources['memory.max'] ?? 'max', pageBytes, initial),
      [memswFile]: memswText(resources, pageBytes),
    }),
    fromFiles: (files) => ({
      ...resourceOf('memory.max', limitOf(size(files[limitFile] ?? ''))),
      ...resourceOf('memory.swap.max', limitOf(swapSize(files, size))),
    }),
    refusals: swapRefusals,
  };
}

function memswText(resources: Resources, pageBytes: number): string {
  const [memoryMax = 'max', swapMax = 'max'] = [resources['memory.max'], resources['memory.swap.max']];
  if (memoryMax === 'max' || swapMax === 'max') return unlimitedBytes(pageBytes);
  const wholePages = (bytes: number): number => Math.floor(bytes / pageBytes) * pageBytes;
  return formatBytes(wholePages(memoryMax) + wholePages(swapMax), pageBytes, unlimitedBytes(pageBytes));
}

function swapSize(files: FileValues, size: (content: string) => number): number {
  const memsw = size(files[memswFile] ?? '');
  return memsw === Infinity ? Infinity : memsw - size(files[limitFile] ?? '');
}

function swapRefusals(resources: Resources): ResourceRefusal[] {
  const [memoryMax = 'max', swapMax = 'max'] = [resources['memory.max'], resources['memory.swap.max']];
  if (swapMax === 'max' || memoryMax !== 'max') return [];
  return [
    {
      field: 'memory.swap.max',
      reason: 'cgroup v1 limits swap only together with memory, and memory.max is not set',
      hint: 'set memory.max too, or leave memory.swap.max out',
    },
  ];
}
