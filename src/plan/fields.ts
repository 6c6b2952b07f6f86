import type { ContainerSpec } from '../state/desired.ts';

/** What is compared of a container besides its resources: the values that only the bundle remembers. */
export interface ComparedContainer {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: ContainerSpec;
}

/** A leaf of a container; `secret` values are compared but never shown. */
export interface Field {
  readonly value: unknown;
  readonly secret: boolean;
}

/**
 * Spells a container out as field paths, in the manifest's order and by its names. Lists are one field each, but
 * for mounts, which go by their mount point. Durations are in milliseconds. Resources are left out: they are
 * compared with the kernel.
 */
export function fieldsOf(container: ComparedContainer): ReadonlyMap<string, Field> {
  const { resources: _resources, mounts, process, ...rest } = container.spec;
  const { env, ...processRest } = process;
  const fields = new Map<string, Field>();
  addFields(fields, '', { ...rest, process: processRest });
  for (const kind of ['labels', 'annotations'] as const) {
    for (const [key, value] of Object.entries(container[kind])) fields.set(`metadata.${kind}.${key}`, { value, secret: false });
  }
  for (const [name, value] of Object.entries(env)) fields.set(`process.env.${name}`, { value, secret: true });
  for (const mount of mounts) fields.set(`mounts.${mount.target}`, { value: mount, secret: false });
  return fields;
}

function addFields(fields: Map<string, Field>, prefix: string, values: object): void {
  for (const [key, value] of Object.entries(values) as [string, unknown][]) {
    const name = durations.has(key) ? key.slice(0, -2) : key;
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (isRecord(value)) addFields(fields, path, value);
    else fields.set(path, { value, secret: false });
  }
}

/** Keys that a manifest has without their unit. */
const durations: ReadonlySet<string> = new Set(['timeoutMs', 'initialMs', 'maxMs', 'resetAfterMs']);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
