/** What `elfSample` writes; each kind of processor by its e_machine. */
export interface ElfSample {
  readonly bits?: 32 | 64;
  readonly endianness?: 'little' | 'big';
  readonly machine?: number;
  /** 2 is a program with a fixed address, 3 a shared library or a program without one. */
  readonly type?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly soname?: string;
  readonly rpath?: string;
  readonly runpath?: string;
  readonly flags1?: number;
}

const address = 0x10000;

/** Sizes, and offsets in the file's header and in a program header, by class. */
const layouts = {
  64: { header: 64, entry: 56, word: 8, table: 32, entrySize: 54, count: 56, offset: 8, address: 16, size: 32 },
  32: { header: 52, entry: 32, word: 4, table: 28, entrySize: 42, count: 44, offset: 4, address: 8, size: 16 },
} as const;

/** A small ELF file as linkers write it: headers, loader's name, strings, dynamic section, in one loaded segment. */
export function elfSample(sample: ElfSample = {}): Buffer {
  const { bits = 64, endianness = 'little', machine = 62, type = 3, interpreter } = sample;
  const layout = layouts[bits];
  const wordSize = layout.word;
  const { tags, table } = dynamicOf(sample);
  const loader = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const count = interpreter === undefined ? 2 : 3;
  const loaderAt = layout.header + count * layout.entry;
  const tableAt = loaderAt + loader.length;
  const dynamicAt = tableAt + table.length;
  tags.push([5, address + tableAt], [10, table.length], [0, 0]);
  const bytes = Buffer.alloc(dynamicAt + tags.length * 2 * wordSize);
  const put = (size: number, at: number, value: number): void => {
    // No value here is over 32 bits: the upper half of a long word stays 0.
    if (endianness === 'little') bytes.writeUIntLE(value, at, Math.min(size, 4));
    else bytes.writeUIntBE(value, size === 8 ? at + 4 : at, Math.min(size, 4));
  };
  bytes.write('\x7fELF', 'latin1');
  bytes[4] = bits / 32;
  bytes[5] = endianness === 'little' ? 1 : 2;
  put(2, 16, type);
  put(2, 18, machine);
  put(wordSize, layout.table, layout.header);
  put(2, layout.entrySize, layout.entry);
  put(2, layout.count, count);
  const segments: [number, number, number][] = [
    [1, 0, bytes.length],
    [2, dynamicAt, tags.length * 2 * wordSize],
    [3, loaderAt, loader.length],
  ];
  for (const [index, [kind, offset, size]] of segments.slice(0, count).entries()) {
    const at = layout.header + index * layout.entry;
    put(4, at, kind);
    put(wordSize, at + layout.offset, offset);
    put(wordSize, at + layout.address, address + offset);
    put(wordSize, at + layout.size, size);
  }
  loader.copy(bytes, loaderAt);
  table.copy(bytes, tableAt);
  for (const [index, [tag, value]] of tags.entries()) {
    put(wordSize, dynamicAt + index * 2 * wordSize, tag);
    put(wordSize, dynamicAt + (index * 2 + 1) * wordSize, value);
  }
  return bytes;
}

/** Entries of the dynamic section, and the strings that they point into. */
function dynamicOf({ needed = [], soname, rpath, runpath, flags1 }: ElfSample): {
  tags: [number, number][];
  table: Buffer;
} {
  const texts: [number, string | undefined][] = [
    ...needed.map((name): [number, string] => [1, name]),
    [14, soname],
    [15, rpath],
    [29, runpath],
  ];
  const tags: [number, number][] = flags1 === undefined ? [] : [[0x6ffffffb, flags1]];
  let table = '\0';
  for (const [tag, text] of texts) {
    if (text === undefined) continue;
    tags.push([tag, table.length]);
    table += `${text}\0`;
  }
  return { tags, table: Buffer.from(table) };
}
