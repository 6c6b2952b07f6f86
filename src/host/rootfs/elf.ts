import { ReconcileError } from '../../errors.ts';

/** What the kernel and the loader need to know of an ELF file. See elf(5). */
export interface ElfFacts {
  readonly bits: 32 | 64;
  readonly endianness: 'little' | 'big';
  /** e_machine: 62 is x86-64, 183 is AArch64. */
  readonly machine: number;
  /** True for what can be started: it has a fixed address or asks for a loader. */
  readonly program: boolean;
  /** PT_INTERP: the loader. Absent in static programs and in libraries. */
  readonly interpreter?: string;
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[];
  /** DT_RPATH and DT_RUNPATH, split at colons; absent where there is no such entry, which differs from an empty one. */
  readonly rpath?: readonly string[];
  readonly runpath?: readonly string[];
  readonly soname?: string;
  /** DF_1_NODEFLIB: the loader's default folders do not count. */
  readonly noDefaultFolders: boolean;
}

interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

interface Image {
  readonly bytes: Buffer;
  readonly bits: 32 | 64;
  readonly endianness: 'little' | 'big';
}

const elfType = { program: 2, shared: 3 } as const;
const segmentType = { load: 1, dynamic: 2, interpreter: 3 } as const;
const tag = {
  needed: 1,
  stringTable: 5,
  stringSize: 10,
  soname: 14,
  rpath: 15,
  runpath: 29,
  flags1: 0x6fff_fffb,
} as const;
const noDefaultLibFlag = 0x800;

/** Far beyond what linkers make: a file with more was made to hurt. */
const limits = { dynamicEntries: 65_536, needed: 4096, stringBytes: 65_536, interpreterBytes: 4096 } as const;

/** True where the bytes begin as an ELF file does. */
export function isElf(bytes: Buffer): boolean {
  return bytes.length >= 4 && bytes.readUInt32BE(0) === 0x7f45_4c46;
}

/**
 * Parses a whole ELF program or shared library. Time and memory are bounded whatever the bytes are.
 * Throws ERR_ROOTFS saying what is wrong; the caller adds whose file it is.
 */
export function parseElf(bytes: Buffer): ElfFacts {
  const image = identify(bytes);
  const type = u16(image, 16);
  if (type !== elfType.program && type !== elfType.shared)
    throw damaged(`type ${type} is neither a program nor a shared library`);
  const segments = readSegments(image);
  const interpreter = readInterpreter(image, segments);
  return {
    bits: image.bits,
    endianness: image.endianness,
    machine: u16(image, 18),
    program: type === elfType.program || interpreter !== undefined,
    ...(interpreter === undefined ? {} : { interpreter }),
    ...readDynamic(image, segments),
  };
}

function identify(bytes: Buffer): Image {
  if (!isElf(bytes)) throw damaged('it does not begin as one');
  const bits = { 1: 32, 2: 64 }[byteAt(bytes, 4)] as 32 | 64 | undefined;
  const endianness = { 1: 'little', 2: 'big' }[byteAt(bytes, 5)] as 'little' | 'big' | undefined;
  if (bits === undefined) throw damaged(`class ${byteAt(bytes, 4)} is unknown`);
  if (endianness === undefined) throw damaged(`data encoding ${byteAt(bytes, 5)} is unknown`);
  return { bytes, bits, endianness };
}

function readSegments(image: Image): Segment[] {
  const wide = image.bits === 64;
  const table = wide ? word(image, 32) : word(image, 28);
  const entrySize = u16(image, wide ? 54 : 42);
  const count = u16(image, wide ? 56 : 44);
  if (count > 0 && entrySize !== (wide ? 56 : 32)) throw damaged(`program headers of ${entrySize} bytes`);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index += 1) {
    const at = table + index * entrySize;
    segments.push({
      type: u32(image, at),
      offset: word(image, at + (wide ? 8 : 4)),
      address: word(image, at + (wide ? 16 : 8)),
      size: word(image, at + (wide ? 32 : 16)),
    });
  }
  return segments;
}

function readInterpreter(image: Image, segments: readonly Segment[]): string | undefined {
  const segment = segments.find(({ type }) => type === segmentType.interpreter);
  if (segment === undefined) return undefined;
  const { offset, size } = segment;
  if (size < 2 || size > limits.interpreterBytes) throw damaged(`a loader's name of ${size} bytes`);
  return text(image, { offset, end: offset + size });
}

type Dynamic = Pick<ElfFacts, 'needed' | 'rpath' | 'runpath' | 'soname' | 'noDefaultFolders'>;

function readDynamic(image: Image, segments: readonly Segment[]): Dynamic {
  const entries = readDynamicEntries(image, segments);
  const last = (wanted: number): number | undefined => entries.findLast((entry) => entry.tag === wanted)?.value;
  const offsets = entries.filter((entry) => entry.tag === tag.needed).map((entry) => entry.value);
  if (offsets.length > limits.needed) throw damaged(`it needs ${offsets.length} libraries`);
  const [soname, rpath, runpath] = [last(tag.soname), last(tag.rpath), last(tag.runpath)];
  const noDefaultFolders = ((last(tag.flags1) ?? 0) & noDefaultLibFlag) !== 0;
  if (offsets.length === 0 && soname === undefined && rpath === undefined && runpath === undefined)
    return { needed: [], noDefaultFolders };
  const strings = findStrings(image, segments, { address: last(tag.stringTable), size: last(tag.stringSize) });
  const at = (offset: number): string => text(image, { offset: strings.offset + offset, end: strings.end });
  return {
    needed: offsets.map(at),
    ...(soname === undefined ? {} : { soname: at(soname) }),
    ...(rpath === undefined ? {} : { rpath: at(rpath).split(':') }),
    ...(runpath === undefined ? {} : { runpath: at(runpath).split(':') }),
    noDefaultFolders,
  };
}

function readDynamicEntries(image: Image, segments: readonly Segment[]): { tag: number; value: number }[] {
  const segment = segments.find(({ type }) => type === segmentType.dynamic);
  const step = image.bits === 64 ? 16 : 8;
  const entries: { tag: number; value: number }[] = [];
  for (let at = 0; segment !== undefined && at + step <= segment.size; at += step) {
    if (entries.length === limits.dynamicEntries) throw damaged('its dynamic section has no end');
    // Tags fit in 32 bits, and so does each value that is asked for; an address of 2^53 and more is no file's.
    const found = u32(image, segment.offset + at + (image.bits === 64 && image.endianness === 'big' ? 4 : 0));
    if (found === 0) break;
    entries.push({ tag: found, value: looseWord(image, segment.offset + at + step / 2) });
  }
  return entries;
}

function findStrings(
  image: Image,
  segments: readonly Segment[],
  { address, size }: { address: number | undefined; size: number | undefined },
): { offset: number; end: number } {
  if (address === undefined || size === undefined) throw damaged('its dynamic section names no string table');
  const load = segments.find(
    (s) => s.type === segmentType.load && address >= s.address && address < s.address + s.size,
  );
  if (load === undefined) throw damaged(`its string table at address ${address} is in no segment`);
  const offset = load.offset + (address - load.address);
  return { offset, end: Math.min(offset + size, image.bytes.length) };
}

function text({ bytes }: Image, { offset, end }: { offset: number; end: number }): string {
  if (offset < 0 || offset >= bytes.length || offset >= end) throw beyond(offset, bytes);
  const stop = bytes.indexOf(0, offset);
  if (stop < 0 || stop >= end || stop - offset > limits.stringBytes)
    throw damaged(`the text at byte ${offset} has no end`);
  return bytes.toString('utf8', offset, stop);
}

function byteAt(bytes: Buffer, offset: number): number {
  const byte = bytes[offset];
  if (byte === undefined) throw beyond(offset, bytes);
  return byte;
}

function u16({ bytes, endianness }: Image, offset: number): number {
  if (offset + 2 > bytes.length) throw beyond(offset, bytes);
  return endianness === 'little' ? bytes.readUInt16LE(offset) : bytes.readUInt16BE(offset);
}

function u32({ bytes, endianness }: Image, offset: number): number {
  if (offset + 4 > bytes.length) throw beyond(offset, bytes);
  return endianness === 'little' ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}

/** An address, offset or size: 4 or 8 bytes by class. */
function word(image: Image, offset: number): number {
  const value = looseWord(image, offset);
  if (!Number.isSafeInteger(value)) throw damaged(`the number at byte ${offset} is too large`);
  return value;
}

/** As `word`, but a number over 2^53 is rounded: dynamic entries hold more than addresses. */
function looseWord(image: Image, offset: number): number {
  if (image.bits === 32) return u32(image, offset);
  const [low, high] = image.endianness === 'little' ? [offset, offset + 4] : [offset + 4, offset];
  return u32(image, high) * 2 ** 32 + u32(image, low);
}

function beyond(offset: number, bytes: Buffer): ReconcileError {
  return damaged(`byte ${offset} lies beyond its end at ${bytes.length}`);
}

function damaged(reason: string): ReconcileError {
  return new ReconcileError('ERR_ROOTFS', `not a sound ELF file: ${reason}`, {
    hint: 'install the file anew; it is damaged or cut off',
  });
}
