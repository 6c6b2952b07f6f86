import { describe, expect, it } from 'vitest';
import { defaultFolders, expandPath, isSameArchitecture } from '../../../src/host/rootfs/library-path.ts';

const x86 = { machine: 62, bits: 64, endianness: 'little' } as const;
const i386 = { machine: 3, bits: 32, endianness: 'little' } as const;
const unknown = { machine: 9999, bits: 64, endianness: 'big' } as const;

describe('expandPath', () => {
  it.each([
    ['/opt/lib', ['/opt/lib']],
    ['$ORIGIN/../lib', ['/app/bin/../lib']],
    ['${ORIGIN}/lib', ['/app/bin/lib']],
    ['/opt/$PLATFORM', ['/opt/x86_64']],
    ['/usr/$LIB/x', ['/usr/lib/x86_64-linux-gnu/x', '/usr/lib64/x', '/usr/lib/x']],
    ['/opt/$ORIGINAL', ['/opt/$ORIGINAL']],
    ['', []],
    ['lib', []],
    ['./lib', []],
  ])('expands %j', (entry, folders) => {
    expect(expandPath(entry, '/app/bin', x86)).toEqual(folders);
  });

  it('takes an origin with a dollar sign as it is', () => {
    expect(expandPath('$ORIGIN/lib', "/app/$&$'", x86)).toEqual(["/app/$&$'/lib"]);
  });
});

describe('defaultFolders', () => {
  it('looks in the multiarch folders first', () => {
    expect(defaultFolders(x86)).toEqual([
      '/lib/x86_64-linux-gnu',
      '/usr/lib/x86_64-linux-gnu',
      '/lib64',
      '/usr/lib64',
      '/lib',
      '/usr/lib',
    ]);
  });

  it('leaves lib64 to programs of 64 bits', () => {
    expect(defaultFolders(i386)).toEqual(['/lib/i386-linux-gnu', '/usr/lib/i386-linux-gnu', '/lib', '/usr/lib']);
  });

  it('knows the common ones for a processor that it has never heard of', () => {
    expect(defaultFolders(unknown)).toEqual(['/lib64', '/usr/lib64', '/lib', '/usr/lib']);
  });
});

describe('isSameArchitecture', () => {
  it('tells class, machine and byte order apart', () => {
    expect(isSameArchitecture(x86, { ...x86 })).toBe(true);
    expect(isSameArchitecture(x86, { ...x86, bits: 32 })).toBe(false);
    expect(isSameArchitecture(x86, { ...x86, machine: 183 })).toBe(false);
    expect(isSameArchitecture(x86, { ...x86, endianness: 'big' })).toBe(false);
  });
});
