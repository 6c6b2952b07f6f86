import type { EndRecord } from '../state/observed.ts';
import type { Resources } from '../state/resources.ts';
import type { StatusRow } from './status.ts';

/** The stable format of schemas/status.schema.json: limits nested as in a manifest. */
export function statusJson(rows: readonly StatusRow[]): object {
  return {
    formatVersion: '1',
    containers: rows.map(({ exit, resources, ...row }) => ({
      ...row,
      resources: nestResources(resources),
      ...(exit === undefined ? {} : { exit: exitOf(exit) }),
    })),
  };
}

function exitOf({ code, oomKilled, ranMs }: EndRecord): object {
  return { ...(code === undefined ? {} : { code }), oomKilled, ranMs };
}

type Nested = { [key: string]: unknown };

/** `{'memory.swap.max': 0}` as `{memory: {swap: {max: 0}}}`. */
export function nestResources(resources: Resources): Nested {
  const nested: Nested = {};
  for (const [field, value] of Object.entries(resources)) {
    const parts = field.split('.');
    const last = parts.pop() ?? field;
    let folder = nested;
    for (const part of parts) folder = childOf(folder, part);
    folder[last] = value;
  }
  return nested;
}

function childOf(folder: Nested, key: string): Nested {
  const present = folder[key];
  if (typeof present === 'object' && present !== null) return present as Nested;
  const child: Nested = {};
  folder[key] = child;
  return child;
}
