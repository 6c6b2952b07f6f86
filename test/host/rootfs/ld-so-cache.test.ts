import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatLoaderCache } from '../../../src/host/rootfs/ld-so-cache.ts';

/** Reads the entries as the loader does: name, path and flags by the offsets in the file. */
function readCache(cache: Buffer): { name: string; path: string; flags: number }[] {
  const textAt = (at: number): string => cache.toString('utf8', at, cache.indexOf(0, at));
  return Array.from({ length: cache.readUInt32LE(20) }, (_, index) => {
    const at = 48 + index * 24;
    return {
      flags: cache.readUInt32LE(at),
      name: textAt(cache.readUInt32LE(at + 4)),
      path: textAt(cache.readUInt32LE(at + 8)),
    };
  });
}

const names = (list: readonly string[]): string[] =>
  readCache(formatLoaderCache(list.map((name) => ({ name, path: `/opt/${name}`, flags: 0x303 })))).map(
    (entry) => entry.name,
  );

describe('formatLoaderCache', () => {
  it('begins with the magic and the byte order', () => {
    const cache = formatLoaderCache([]);

    expect(cache.toString('latin1', 0, 20)).toBe('glibc-ld.so.cache1.1');
    expect(cache.length).toBe(48);
    expect(cache[28]).toBe(2);
  });

  it('sorts downwards with numbers as numbers, as the search by halving wants it', () => {
    expect(names(['libz.so.1', 'libz.so.10', 'libz.so.9', 'liba.so', 'libz-ng.so'])).toEqual([
      'libz.so.10',
      'libz.so.9',
      'libz.so.1',
      'libz-ng.so',
      'liba.so',
    ]);
  });

  it('puts digits after every other character', () => {
    expect(names(['lib1.so', 'liba.so', 'lib_.so'])).toEqual(['lib1.so', 'liba.so', 'lib_.so']);
  });

  it('reads back as what was written, in whatever order', () => {
    const library = fc.record({
      name: fc.stringMatching(/^lib[a-z0-9_.-]{1,20}$/),
      path: fc.stringMatching(/^\/[a-z0-9/]{1,20}$/),
      flags: fc.constantFrom(0x303, 0x3),
    });

    fc.assert(
      fc.property(fc.uniqueArray(library, { selector: ({ name, flags }) => `${name} ${flags}` }), (libraries) => {
        const key = (entry: { name: string; flags: number }): string => `${entry.name} ${entry.flags}`;
        const sorted = (list: readonly { name: string; path: string; flags: number }[]): unknown =>
          list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
        expect(sorted(readCache(formatLoaderCache(libraries)))).toEqual(sorted(libraries));
      }),
    );
  });
});
