import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifestCodec } from '../../src/plan/manifest-codec.ts';
import type { Resources } from '../../src/state/resources.ts';

const limit = fc.oneof(fc.nat(), fc.constant('max' as const));
const resources: fc.Arbitrary<Resources> = fc.record(
  {
    'cpu.max': fc.oneof(fc.double({ min: 0.01, max: 99, noNaN: true }), fc.constant('max' as const)),
    'cpuset.cpus': fc.constantFrom('0', '0-3', '1,3'),
    'memory.max': limit,
    'memory.low': limit,
    'memory.oom.group': fc.boolean(),
    'pids.max': limit,
    'io.max': fc.array(fc.record({ device: fc.constant('/dev/a'), wbps: fc.nat() }, { noNullPrototype: true }), { maxLength: 2 }),
    'io.weight': fc.nat(),
  },
  { requiredKeys: [], noNullPrototype: true },
);

describe('the translation for no kernel', () => {
  it('gives back every value exactly', () => {
    fc.assert(
      fc.property(resources, (asked) => {
        expect(manifestCodec.fromFiles(manifestCodec.toFiles(asked))).toMatchObject(asked);
      }),
    );
  });

  it('writes what differs, and nothing for what is equal', () => {
    fc.assert(
      fc.property(resources, resources, (one, other) => {
        const [before, after] = [manifestCodec.toFiles(one), manifestCodec.toFiles(other)];
        const writes = manifestCodec.writes(before, after);

        expect({ ...before, ...Object.fromEntries(writes.map(({ file, value }) => [file, value])) }).toEqual(after);
        expect(manifestCodec.writes(after, after)).toEqual([]);
      }),
    );
  });
});
