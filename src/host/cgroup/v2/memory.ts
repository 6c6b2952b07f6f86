import type { ResourceField, Resources } from '../../../state/resources.ts';
import { formatBytes, keyedValue, limitOf, parseBytes, parseCount } from '../amounts.ts';
import { resourceOf, usageOf } from '../controller.ts';
import type { CodecFacts, Controller } from '../controller.ts';
import { exactFile, scalarFile } from '../limit-file.ts';

const groupField = 'memory.oom.group';

type MemoryField = Exclude<Extract<ResourceField, `memory.${string}`>, typeof groupField>;

/** Each field with what its file shows in a new cgroup: Documentation/admin-guide/cgroup-v2.rst. */
const initial: readonly (readonly [MemoryField, '0' | 'max'])[] = [
  ['memory.min', '0'],
  ['memory.low', '0'],
  ['memory.high', 'max'],
  ['memory.max', 'max'],
  ['memory.swap.max', 'max'],
];

/** Bytes, rounded down to whole pages, or "max", and one switch; each file is named as its field. */
export function memory({ pageBytes }: CodecFacts): Controller {
  const size = (content: string): number => parseBytes(content, pageBytes);
  return {
    limits: [
      ...initial.map(([field, value]) => scalarFile({ field, controller: 'memory', file: field, initial: value, size })),
      exactFile({ field: groupField, controller: 'memory', file: groupField, initial: '0' }),
    ],
    usage: [
      { controller: 'memory', file: 'memory.current', parse: (text) => usageOf('memoryBytes', parseCount(text)) },
      {
        controller: 'memory',
        file: 'memory.events',
        parse: (text) => usageOf('oomKills', keyedValue(text, 'oom_kill')),
      },
    ],
    toFiles: (resources) => ({
      ...Object.fromEntries(initial.map(([field, value]) => [field, memoryText(resources[field], value, pageBytes)])),
      [groupField]: resources[groupField] === true ? '1' : '0',
    }),
    fromFiles: (files) => {
      const parts = initial.map(([field]): Resources => resourceOf(field, limitOf(size(files[field] ?? ''))));
      return Object.assign({}, ...parts, resourceOf(groupField, switchOf(files[groupField]))) as Resources;
    },
  };
}

function memoryText(limit: Resources[MemoryField], initialText: string, pageBytes: number): string {
  return limit === undefined ? initialText : formatBytes(limit, pageBytes, 'max');
}

function switchOf(content: string | undefined): boolean | undefined {
  if (content === '1') return true;
  return content === '0' ? false : undefined;
}
