/** A library that the loader would not find in its default folders. */
export interface CachedLibrary {
  /** As programs ask for it. */
  readonly name: string;
  readonly path: string;
  /** Which processor it is for; see `platformOf`. */
  readonly flags: number;
}

const magic = 'glibc-ld.so.cache1.1';
const headerBytes = 48;
const entryBytes = 24;
/** The header's note of byte order: 2 is little endian, which all of our platforms with a cache but one are. */
const order = { little: 2, big: 3 } as const;

/**
 * Writes an /etc/ld.so.cache that lists exactly these libraries, in glibc's format since 2.2, alone since 2.32.
 * Source: glibc, sysdeps/generic/dl-cache.h, struct cache_file_new.
 */
export function formatLoaderCache(
  libraries: readonly CachedLibrary[],
  endianness: 'little' | 'big' = 'little',
): Buffer {
  const sorted = libraries.toSorted((a, b) => compareNames(b.name, a.name) || b.flags - a.flags);
  const stringsAt = headerBytes + sorted.length * entryBytes;
  const strings = Buffer.from(sorted.map(({ name, path }) => `${name}\0${path}\0`).join(''));
  const cache = Buffer.alloc(stringsAt + strings.length);
  const put = (value: number, at: number): number =>
    endianness === 'little' ? cache.writeUInt32LE(value, at) : cache.writeUInt32BE(value, at);
  cache.write(magic, 0, 'latin1');
  put(sorted.length, 20);
  put(strings.length, 24);
  cache[28] = order[endianness];
  let at = stringsAt;
  for (const [index, { name, path, flags }] of sorted.entries()) {
    const entry = headerBytes + index * entryBytes;
    put(flags, entry);
    put(at, entry + 4);
    put(at + Buffer.byteLength(name) + 1, entry + 8);
    at += Buffer.byteLength(name) + Buffer.byteLength(path) + 2;
  }
  strings.copy(cache, stringsAt);
  return cache;
}

/**
 * The loader's own order, in which it searches by halving: runs of digits count as numbers and
 * come after everything else. Source: glibc, elf/dl-cache.c, _dl_cache_libcmp.
 */
function compareNames(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = compareParts(left[index] ?? '', right[index] ?? '');
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** A run of digits is one part, every other byte is one. */
function partsOf(name: string): string[] {
  return (
    Buffer.from(name)
      .toString('latin1')
      .match(/\d+|[^\d]/gs) ?? []
  );
}

function compareParts(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d/.test(a), /^\d/.test(b)];
  if (aIsNumber && bIsNumber) return Number(a) - Number(b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? 1 : -1;
  return a.charCodeAt(0) - b.charCodeAt(0);
}
