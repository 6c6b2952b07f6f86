import { describe, expect, it } from 'vitest';
import { parseProgram } from '../../../src/host/rootfs/program-file.ts';
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
