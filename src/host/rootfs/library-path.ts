import type { ElfFacts } from './elf.ts';

/** What differs by processor in the loader's search, by ELF machine and class. */
interface Platform {
  /** Debian's name for the folder of libraries. */
  readonly triplet: string;
  /** What $PLATFORM stands for. */
  readonly name: string;
  /** Marks a library for this processor in /etc/ld.so.cache; see glibc, sysdeps/generic/ldconfig.h. */
  readonly cacheFlags: number;
}

const platforms: Readonly<Record<string, Platform>> = {
  '62/64': { triplet: 'x86_64-linux-gnu', name: 'x86_64', cacheFlags: 0x0303 },
  '62/32': { triplet: 'x86_64-linux-gnux32', name: 'x86_64', cacheFlags: 0x0803 },
  '3/32': { triplet: 'i386-linux-gnu', name: 'i686', cacheFlags: 0x0003 },
  '183/64': { triplet: 'aarch64-linux-gnu', name: 'aarch64', cacheFlags: 0x0a03 },
  '40/32': { triplet: 'arm-linux-gnueabihf', name: 'v7l', cacheFlags: 0x0903 },
  '21/64': { triplet: 'powerpc64le-linux-gnu', name: 'power8', cacheFlags: 0x0503 },
  '22/64': { triplet: 's390x-linux-gnu', name: 'z900', cacheFlags: 0x0403 },
  '243/64': { triplet: 'riscv64-linux-gnu', name: 'riscv64', cacheFlags: 0x1003 },
};

export type Architecture = Pick<ElfFacts, 'bits' | 'endianness' | 'machine'>;

/** Undefined for a processor that we do not know: its programs can be taken, but not through /etc/ld.so.conf. */
export function platformOf({ machine, bits }: Architecture): Platform | undefined {
  return platforms[`${machine}/${bits}`];
}

export function isSameArchitecture(a: Architecture, b: Architecture): boolean {
  return a.machine === b.machine && a.bits === b.bits && a.endianness === b.endianness;
}

/** Where glibc looks last, without any cache. Those that another distribution's was built with do not exist here. */
export function defaultFolders(architecture: Architecture): string[] {
  const triplet = platformOf(architecture)?.triplet;
  return [
    ...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
    ...(architecture.bits === 64 ? ['/lib64', '/usr/lib64'] : []),
    '/lib',
    '/usr/lib',
  ];
}

/**
 * The folders that an entry of RPATH or RUNPATH, or a path in DT_NEEDED, stands for, its tokens replaced:
 * $LIB has several meanings, of which one exists on a host. Relative and empty ones give none: they would depend
 * on where the program is started. See ld.so(8).
 *
 * @param origin the folder of the file that holds the entry
 */
export function expandPath(entry: string, origin: string, architecture: Architecture): string[] {
  const platform = platformOf(architecture);
  const plain = entry
    .replace(/\$(?:ORIGIN\b|\{ORIGIN\})/g, () => origin)
    .replace(/\$(?:PLATFORM\b|\{PLATFORM\})/g, () => platform?.name ?? '');
  if (!plain.startsWith('/')) return [];
  if (!/\$(?:LIB\b|\{LIB\})/.test(plain)) return [plain];
  const names = [
    ...(platform === undefined ? [] : [`lib/${platform.triplet}`]),
    ...(architecture.bits === 64 ? ['lib64'] : []),
    'lib',
  ];
  return names.map((name) => plain.replace(/\$(?:LIB\b|\{LIB\})/g, () => name));
}
