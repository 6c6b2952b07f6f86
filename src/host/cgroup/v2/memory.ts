import type { ResourceField, Resources } from '../../../state/resources.ts';
import { formatBytes, keyedValue, limitOf, parseBytes, parseCount } from '../amounts.ts';
import { resourceOf, usageOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { scalarFile } from '../limit-file.ts';

type MemoryField = Extract<ResourceField, `memory.${string}`>;

/** Each field with what its file shows in a new cgroup: Documentation/admin-guide/cgroup-v2.rst. */
const initial: readonly (readonly [MemoryField, '0' | 'max'])[] = [
  ['memory.min', '0'],
  ['memory.low', '0'],
  ['memory.high', 'max'],
  ['memory.max', 'max'],
  ['memory.swap.max', 'max'],
];

/** Bytes, rounded down to whole pages, or "max"; the file is named as the field. */
export function memory({ pageBytes }: CodecFacts): Controller {
  const size = (content: string): number => parseBytes(content, pageBytes);
  return {
    limits: initial.map(([field, value]) =>
      scalarFile({ field, controller: 'memory', file: field, initial: value, size }),
    ),
    usage: [
      { controller: 'memory', file: 'memory.current', parse: (text) => usageOf('memoryBytes', parseCount(text)) },
      {
        controller: 'memory',
        file: 'memory.events',
        parse: (text) => usageOf('oomKills', keyedValue(text, 'oom_kill')),
      },
    ],
    toFiles: (resources) =>
      Object.fromEntries(initial.map(([field, value]) => [field, memoryText(resources[field], value, pageBytes)])),
    fromFiles: (files) => {
      const parts = initial.map(([field]): Resources => resourceOf(field, limitOf(size(files[field] ?? ''))));
      return Object.assign({}, ...parts) as Resources;
    },
  };
}

function memoryText(limit: Resources[MemoryField], initialText: string, pageBytes: number): string {
  return limit === undefined ? initialText : formatBytes(limit, pageBytes, 'max');
}
