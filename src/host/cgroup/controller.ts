import type { HostFacts, Usage } from '../../state/observed.ts';
import type { FileValues, ResourceField, ResourceRefusal, Resources } from '../../state/resources.ts';
import type { LimitFile } from './limit-file.ts';

/** What the tables need to know about the host. */
export interface CodecFacts {
  readonly pageBytes: number;
  /** What a container gets that names no CPUs, where the mode has no such default of its own. */
  readonly cpus: string;
  readonly mems: string;
  /** The file that holds the weight of I/O on this host; absent where none does. */
  readonly ioWeightFile?: string;
}

/** One controller's part of the translation, as a table of its files. Pure. */
export interface Controller {
  /** In table order: a decrease is written in this order, an increase in the reverse one. */
  readonly limits: readonly LimitFile[];
  readonly usage: readonly UsageFile[];
  /** The file that stands for a field in a plan; else the first of its limits. */
  readonly shows?: Readonly<Partial<Record<ResourceField, string>>>;
  toFiles(resources: Resources): FileValues;
  fromFiles(files: FileValues): Resources;
  /** What no write can express in this mode, although each field alone could. */
  refusals?(resources: Resources): readonly ResourceRefusal[];
}

export interface UsageFile {
  readonly controller: string;
  readonly file: string;
  parse(content: string): Usage;
}

export type Unsupported = HostFacts['unsupported'];

/** Builds a usage key only where there is a number. */
export function usageOf<K extends keyof Usage>(key: K, value: number | undefined): Usage {
  return value === undefined || Number.isNaN(value) ? {} : { [key]: value };
}

/** Builds a resource key only where there is a value. */
export function resourceOf<K extends ResourceField>(field: K, value: Resources[K] | undefined): Resources {
  return value === undefined ? {} : { [field]: value };
}
