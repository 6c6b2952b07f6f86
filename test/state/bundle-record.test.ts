import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecord } from '../../src/state/bundle-record.ts';
import { desiredContainer, recordOf } from '../support/containers.ts';

const record = recordOf(
  desiredContainer('web', {
    mounts: [{ type: 'tmpfs', target: '/t', readonly: false, sizeBytes: 1 }],
    resources: { 'cpu.max': 1.5, 'memory.max': 'max', 'memory.oom.group': true, 'io.max': [{ device: '/dev/vda', wbps: 1 }] },
  }),
);

const text = JSON.stringify(record);

describe('parseRecord', () => {
  it('reads back what was written', () => {
    expect(parseRecord(text)).toEqual(record);
  });

  it('keeps fields that a newer version may have added', () => {
    expect(parseRecord(JSON.stringify({ ...record, added: 1 }))).toMatchObject({ added: 1 });
  });

  it('takes how the last process ended, and a record from before that was kept', () => {
    const withEnd = (lastExit: unknown): string => JSON.stringify({ ...record, restarts: { ...record.restarts, lastExit } });

    expect(parseRecord(withEnd({ code: 137, ranMs: 5, oomKilled: true }))?.restarts.lastExit).toEqual({ code: 137, ranMs: 5, oomKilled: true });
    expect(parseRecord(withEnd({ ranMs: 5, oomKilled: false }))).toBeDefined();
    expect(parseRecord(withEnd('137'))).toBeUndefined();
  });

  it('takes where links led from the sources of mounts, and a record from before that was kept', () => {
    const led = { '/srv/link': '/srv/data' };

    expect(parseRecord(JSON.stringify({ ...record, sourceTargets: led }))?.sourceTargets).toEqual(led);
    expect(parseRecord(JSON.stringify({ ...record, sourceTargets: [1] }))).toBeUndefined();
  });

  it('refuses a record cut off at any byte', () => {
    for (let length = 0; length < text.length; length += 1) {
      expect(parseRecord(text.slice(0, length))).toBeUndefined();
    }
  });

  it('refuses a record without any one of its fields', () => {
    const paths = leafPaths(record).filter((path) => !isOptional(path));

    for (const path of paths) expect([path, parseRecord(without(path))]).toEqual([path, undefined]);
    expect(paths.length).toBeGreaterThan(25);
  });

  it('never throws, whatever the file holds', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (other) => parseRecord(other) === undefined));
  });
});

type Path = readonly string[];

function leafPaths(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, inner]) => leafPaths(inner, [...at, key]));
}

/** Members of maps and lists, and fields that may be absent. */
function isOptional(path: Path): boolean {
  return ['env', 'args', 'resources', 'sizeBytes'].some((key) => path.includes(key));
}

function without(path: Path): string {
  const copy = JSON.parse(text) as Record<string, unknown>;
  const parent = path.slice(0, -1).reduce((inner, key) => inner[key] as Record<string, unknown>, copy);
  delete parent[path.at(-1) ?? ''];
  return JSON.stringify(copy);
}
