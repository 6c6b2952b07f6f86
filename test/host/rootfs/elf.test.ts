import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReconcileError } from '../../../src/errors.ts';
import { isElf, parseElf } from '../../../src/host/rootfs/elf.ts';
import { elfSample } from './elf-sample.ts';

const program = {
  interpreter: '/lib64/ld-linux-x86-64.so.2',
  needed: ['liba.so.1', 'libc.so.6'],
  soname: 'libself.so.3',
  rpath: '/opt/a:$ORIGIN/../lib',
  runpath: '/opt/b',
} as const;

describe('parseElf', () => {
  it.each([
    [64, 'little', 62],
    [32, 'little', 3],
    [64, 'big', 22],
    [32, 'big', 20],
  ] as const)('reads a program of %d bits, %s endian', (bits, endianness, machine) => {
    const facts = parseElf(elfSample({ ...program, bits, endianness, machine }));

    expect(facts).toEqual({
      bits,
      endianness,
      machine,
      program: true,
      interpreter: '/lib64/ld-linux-x86-64.so.2',
      needed: ['liba.so.1', 'libc.so.6'],
      soname: 'libself.so.3',
      rpath: ['/opt/a', '$ORIGIN/../lib'],
      runpath: ['/opt/b'],
      noDefaultFolders: false,
    });
  });

  it('knows a static program, which has no loader', () => {
    expect(parseElf(elfSample({ type: 2 }))).toMatchObject({ program: true, needed: [] });
    expect(parseElf(elfSample({ type: 2 })).interpreter).toBeUndefined();
  });

  it('knows a shared library from a program', () => {
    expect(parseElf(elfSample({ type: 3, soname: 'libx.so.1' })).program).toBe(false);
  });

  it('tells an empty RPATH from none', () => {
    expect(parseElf(elfSample({ rpath: '' })).rpath).toEqual(['']);
    expect(parseElf(elfSample()).rpath).toBeUndefined();
  });

  it('sees the flag that turns the default folders off', () => {
    expect(parseElf(elfSample({ flags1: 0x800 })).noDefaultFolders).toBe(true);
  });

  it('reads the program that runs this test', () => {
    const facts = parseElf(readFileSync(process.execPath));

    expect(facts).toMatchObject({ program: true, bits: 64 });
    expect(facts.needed.some((name) => name.startsWith('libc.'))).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0), /does not begin as one/],
    ['the magic alone', Buffer.from('\x7fELF', 'latin1'), /byte 4 lies beyond its end/],
    ['an unknown class', Buffer.from('\x7fELF\x09\x01', 'latin1'), /class 9 is unknown/],
    ['an object file', elfSample({ type: 1 }), /type 1 is neither/],
    ['a loader without a name', elfSample({ interpreter: '' }), /a loader's name of 1 bytes/],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => parseElf(bytes)).toThrow(message);
  });

  it('refuses every file that is cut off, or reads it as one without what was lost', () => {
    const whole = elfSample(program);

    for (let length = 0; length < whole.length - 64; length += 1) {
      expect(() => parseElf(whole.subarray(0, length))).toThrow(ReconcileError);
    }
  });

  it('ends with facts or a clear error whatever bytes are changed', () => {
    const whole = elfSample(program);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));

    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = Buffer.from(whole);
        for (const [at, value] of changes) bytes[at] = value;
        const outcome = outcomeOf(() => parseElf(bytes));
        expect(outcome instanceof ReconcileError || typeof outcome === 'object').toBe(true);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'ReconcileError', code: 'ERR_ROOTFS' });
      }),
      { numRuns: 5000 },
    );
  });

  it('ends soon where a dynamic section has no end and every entry asks for a library', () => {
    const header = elfSample({ needed: ['libx.so'] });
    const endless = Buffer.concat([header, Buffer.alloc(8 * 1024 * 1024)]);
    for (let at = header.length; at + 16 <= endless.length; at += 16) endless.writeUInt32LE(1, at);
    const dynamicHeader = 64 + 56;
    endless.writeUInt32LE(header.length, dynamicHeader + 8);
    endless.writeUInt32LE(8 * 1024 * 1024, dynamicHeader + 32);

    expect(() => parseElf(endless)).toThrow(/dynamic section has no end/);
  });
});

describe('isElf', () => {
  it.each([
    ['', false],
    ['\x7fEL', false],
    ['\x7fELF', true],
    ['#!/bin/sh', false],
  ])('looks at the first bytes of %j', (text, elf) => {
    expect(isElf(Buffer.from(text, 'latin1'))).toBe(elf);
  });
});

function outcomeOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
