import type {
  FileValues,
  KernelWrite,
  ResourceCodec,
  ResourceField,
  ResourceRefusal,
  Resources,
} from '../../state/resources.ts';
import { ioKeys } from './io-limits.ts';
import type { Controller, Unsupported } from './controller.ts';
import type { LimitFile } from './limit-file.ts';

/** Assembles the translation from the tables of a mode. Files of unsupported fields are left out throughout. */
export function makeCodec(controllers: readonly Controller[], unsupported: Unsupported): ResourceCodec {
  const limits = limitFilesOf(controllers, unsupported);
  const read = new WeakMap<FileValues, Resources>();
  return {
    toFiles: (resources) => pick(mergeAll(controllers.map((each) => each.toFiles(resources))), limits),
    fromFiles(files) {
      const resources = read.get(files) ?? mergeAll(controllers.map((each) => each.fromFiles(files)));
      read.set(files, resources);
      return resources;
    },
    writes: (before, after) => orderWrites(limits.flatMap((limit) => writesOf(limit, before, after))),
    fileOf: (field) => fileOf(field, controllers),
    refusals: (resources) => [
      ...cpuRefusals(resources),
      ...ioRefusals(resources),
      ...controllers.flatMap((each) => each.refusals?.(resources) ?? []),
    ],
  };
}

/** The limit files that this host has, in table order. */
export function limitFilesOf(controllers: readonly Controller[], unsupported: Unsupported): LimitFile[] {
  return controllers.flatMap((each) => each.limits).filter((limit) => unsupported[limit.field] === undefined);
}

function mergeAll<T extends object>(parts: readonly T[]): T {
  return Object.assign({}, ...parts) as T;
}

function pick(files: FileValues, limits: readonly LimitFile[]): FileValues {
  const known = limits.filter((limit) => files[limit.file] !== undefined);
  return Object.fromEntries(known.map((limit) => [limit.file, files[limit.file] as string]));
}

function writesOf(limit: LimitFile, before: FileValues | undefined, after: FileValues): KernelWrite[] {
  const old = before === undefined ? limit.initial : before[limit.file];
  const value = after[limit.file];
  if (old === undefined || value === undefined) return [];
  const { field, controller, file } = limit;
  return limit.edits(old, value).map((edit) => ({
    field,
    controller,
    file,
    value: edit.value,
    ...(before === undefined ? {} : { before: edit.before }),
    direction: edit.direction,
  }));
}

/** Decreases in table order, then what has no direction, then increases in reverse. */
function orderWrites(writes: readonly KernelWrite[]): KernelWrite[] {
  const going = (direction: KernelWrite['direction']) => writes.filter((write) => write.direction === direction);
  return [...going('decrease'), ...going('set'), ...going('increase').reverse()];
}

function fileOf(field: ResourceField, controllers: readonly Controller[]): string {
  for (const { shows, limits } of controllers) {
    const file = shows?.[field] ?? limits.find((limit) => limit.field === field)?.file;
    if (file !== undefined) return file;
  }
  return field;
}

/** The kernel takes no quota below a millisecond, which is 0.01 CPUs of our period: in every mode. */
function cpuRefusals(resources: Resources): ResourceRefusal[] {
  const cpus = resources['cpu.max'];
  if (typeof cpus !== 'number' || cpus >= 0.01) return [];
  const reason = `the kernel grants no less than 0.01 CPUs, not ${cpus}`;
  return [{ field: 'cpu.max', reason, hint: 'write 0.01 or more' }];
}

/** A rate of 0 is refused by cgroup2, and on v1 it lifts the limit. */
function ioRefusals(resources: Resources): ResourceRefusal[] {
  const zero = (resources['io.max'] ?? []).filter((limit) => ioKeys.some((key) => limit[key] === 0));
  return zero.map(({ device }) => ({
    field: 'io.max',
    reason: `a rate of 0 for ${device} would stop or free its I/O, as the kernel likes`,
    hint: 'write 1 or more, or leave the rate out for no limit',
  }));
}
