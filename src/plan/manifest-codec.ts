import type { FileValues, KernelWrite, ResourceCodec, ResourceField, Resources } from '../state/resources.ts';
import { resourceFields } from '../state/resources.ts';

/** What each field means where it is left out, on every kernel. */
const defaults: Required<Resources> = {
  'cpu.max': 'max',
  'cpu.weight': 100,
  'cpuset.cpus': '',
  'cpuset.mems': '',
  'memory.min': 0,
  'memory.low': 0,
  'memory.high': 'max',
  'memory.max': 'max',
  'memory.swap.max': 'max',
  'memory.oom.group': false,
  'pids.max': 'max',
  'io.max': [],
  'io.weight': 100,
};

/**
 * A translation for no kernel: each field is a file of its own name, which holds what the manifest has. Nothing is
 * rounded and nothing is refused, as that is for a host to do.
 */
export const manifestCodec: ResourceCodec = {
  toFiles: (resources) => Object.fromEntries(resourceFields.map((field) => [field, textOf(resources[field] ?? defaults[field])])),
  fromFiles: (files) => Object.fromEntries(resourceFields.flatMap((field) => valueIn(files, field))),
  writes: (before, after) => resourceFields.flatMap((field) => writeOf(field, before, after)),
  refusals: () => [],
  fileOf: (field) => field,
};

function textOf(value: Resources[ResourceField]): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function valueIn(files: FileValues, field: ResourceField): [ResourceField, unknown][] {
  const text = files[field];
  if (text === undefined) return [];
  const isText = typeof defaults[field] === 'string' && field.startsWith('cpuset.');
  return [[field, isText || text === 'max' ? text : JSON.parse(text)]];
}

function writeOf(field: ResourceField, before: FileValues | undefined, after: FileValues): KernelWrite[] {
  const old = before?.[field] ?? textOf(defaults[field]);
  const value = after[field] ?? old;
  if (value === old) return [];
  const [controller = ''] = field.split('.');
  return [{ field, controller, file: field, value, ...(before === undefined ? {} : { before: old }), direction: 'set' }];
}
