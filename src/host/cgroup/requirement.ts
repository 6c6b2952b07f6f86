import type { ResourceField } from '../../state/resources.ts';
import type { Findings } from './mode.ts';

/** What a field needs from the kernel. */
export interface Requirement {
  readonly field: ResourceField;
  readonly controller: string;
  /** The field can be held where any of them is there, the first before the others. */
  readonly files: readonly RequiredFile[];
}

export interface RequiredFile {
  readonly file: string;
  /** A file of the root cgroup that tells the same; absent where the root tells nothing: then it counts as present. */
  readonly rootSign?: string;
}

/** What can be seen where a controller's files lie. */
export interface Evidence {
  has(file: string): boolean;
  /** Only the root cgroup was there to look at, which lacks many files. */
  readonly root: boolean;
}

export interface Look {
  /** Undefined where this host does not have the controller. */
  evidence(controller: string): Evidence | undefined;
  /** Why `controller` cannot be had. */
  absence(controller: string): string;
}

/** Compares what the fields need with what was found. Pure. */
export function findUnsupported(requirements: readonly Requirement[], look: Look): Findings {
  const unsupported: Partial<Record<ResourceField, string>> = {};
  const found = new Map(requirements.map(({ controller }) => [controller, undefined as Evidence | undefined]));
  for (const controller of found.keys()) found.set(controller, look.evidence(controller));
  let ioWeightFile: string | undefined;
  for (const requirement of requirements) {
    const evidence = found.get(requirement.controller);
    const file = evidence === undefined ? undefined : presentFile(requirement, evidence);
    if (file === undefined) unsupported[requirement.field] = reasonOf(requirement, evidence, look);
    else if (requirement.field === 'io.weight') ioWeightFile = file;
  }
  return { unsupported, ...(ioWeightFile === undefined ? {} : { ioWeightFile }) };
}

function presentFile({ files }: Requirement, evidence: Evidence): string | undefined {
  return files.find((each) => isPresent(each, evidence))?.file;
}

function isPresent({ file, rootSign }: RequiredFile, evidence: Evidence): boolean {
  if (!evidence.root) return evidence.has(file);
  return rootSign === undefined || evidence.has(rootSign);
}

function reasonOf({ files, controller }: Requirement, evidence: Evidence | undefined, look: Look): string {
  if (evidence === undefined) return look.absence(controller);
  return `this kernel has no ${files.map(({ file }) => file).join(' or ')}`;
}
