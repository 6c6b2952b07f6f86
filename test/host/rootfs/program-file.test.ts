import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseProgram, readProgramFile } from '../../../src/host/rootfs/program-file.ts';
import { elfSample } from './elf-sample.ts';

describe('parseProgram', () => {
  it.each([
    ['#!/bin/sh\necho', '/bin/sh'],
    ['#! \t/usr/bin/env python3 -u\n', '/usr/bin/env'],
    ['#!/bin/sh', '/bin/sh'],
    [`#!/bin/sh ${'x'.repeat(300)}\n`, '/bin/sh'],
    ['#!relative\n', 'relative'],
  ])('finds the interpreter of %j', (text, interpreter) => {
    expect(parseProgram(Buffer.from(text))).toEqual({ kind: 'script', interpreter });
  });

  it.each([
    ['a name longer than the kernel reads', `#!/${'x'.repeat(300)}\n`],
    ['#! without a name', '#!\n/bin/sh'],
    ['text', 'echo hello'],
    ['nothing', ''],
  ])('takes %s for no program', (_, text) => {
    expect(parseProgram(Buffer.from(text))).toEqual({ kind: 'other' });
  });

  it('says what is wrong with a damaged ELF file rather than failing', () => {
    const program = parseProgram(elfSample().subarray(0, 60));

    expect(program).toMatchObject({ kind: 'damaged', reason: expect.stringContaining('beyond its end') });
  });
});

describe('readProgramFile', () => {
  const sample = elfSample({ interpreter: '/lib/ld.so', needed: ['libc.so'] });
  // The dynamic section is found by its program header, and may lie wherever it likes.
  const far = Buffer.concat([sample, Buffer.alloc(200_000), sample.subarray(dynamicOffset(sample))]);
  far.writeUInt32LE(sample.length + 200_000, dynamicHeader(sample) + 8);

  it.each([
    ['an ELF file', sample],
    ['one with all that matters at its beginning', Buffer.concat([sample, Buffer.alloc(200_000)])],
    ['one with its dynamic section far behind that', far],
    ['one that is damaged, and long', Buffer.concat([sample.subarray(0, 60), Buffer.alloc(200_000, 0xff)])],
    ['a long script', Buffer.from(`#!/bin/sh\n${'x'.repeat(200_000)}`)],
    ['an empty file', Buffer.alloc(0)],
  ])('makes of %s what all of its bytes say', (_, bytes) => {
    const folder = mkdtempSync(join(tmpdir(), 'program-file-'));
    const path = join(folder, 'program');
    writeFileSync(path, bytes);

    expect(readProgramFile(path, statSync(path, { bigint: true }), new Map())).toEqual(parseProgram(bytes));
    rmSync(folder, { recursive: true });
  });
});

/** Where the program header of the dynamic section begins, in a sample of 64 bits. */
function dynamicHeader(sample: Buffer): number {
  const headers = Array.from({ length: sample.readUInt16LE(56) }, (_, index) => 64 + index * 56);
  return headers.find((at) => sample.readUInt32LE(at) === 2) ?? 0;
}

function dynamicOffset(sample: Buffer): number {
  return sample.readUInt32LE(dynamicHeader(sample) + 8);
}
