import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromFile, readChunk, toFile } from '../../src/start/program-file.ts';

it.each(['', 'const a = 1;', 'x = "/* */" + /a*/.source;', '**/'])('code lies in a comment, as long as it is, and comes out again: %j', (code) => {
  const text = toFile(code);

  expect(text).not.toContain('*/');
  expect(text.length).toBe(code.length);
  expect(fromFile(Buffer.from(text))).toBe(code);
});

it('code with what stands for the end of a comment is refused', () => {
  expect(() => toFile('"*\x7f"')).toThrow('DEL');
});

it('a chunk is found from the end of its file, whatever comes before', () => {
  const folder = mkdtempSync(join(tmpdir(), 'program-file-'));
  const file = join(folder, 'program');
  for (const before of ['', 'a longer beginning\n']) {
    writeFileSync(file, `${before}one two three`);

    expect(String(readChunk(file, { fromEnd: 9, bytes: 3, line: 0 }))).toBe('two');
  }
  rmSync(folder, { recursive: true });
});
