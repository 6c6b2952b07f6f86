import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeFile, readCode, sealCode } from '../../src/start/code-cache.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'code-cache-')); });
afterAll(() => { rmSync(folder, { recursive: true }); });

const [code, chunk] = [Buffer.from('what V8 made'), Buffer.from('the text')];

const written = (content: Buffer): string => {
  const file = join(folder, 'code');
  writeFileSync(file, content);
  return file;
};

describe('the code of a chunk', () => {
  it('is read as it was written', () => {
    expect(readCode(written(sealCode(code, chunk)), chunk)).toEqual(code);
  });

  it.each<[string, (sealed: Buffer) => Buffer, Buffer]>([
    ['that is of another text as long', (sealed) => sealed, Buffer.from('The text')],
    ['of which the end is missing', (sealed) => sealed.subarray(0, -1), chunk],
    ['of which nothing but the end is there', (sealed) => sealed.subarray(-8), chunk],
    ['that is empty', () => Buffer.alloc(0), chunk],
    ...Array.from({ length: code.length + 8 }, (_, at): [string, (sealed: Buffer) => Buffer, Buffer] => [
      `of which byte ${at} is another`,
      (sealed) => sealed.fill(sealed.readUInt8(at) ^ 1, at, at + 1),
      chunk,
    ]),
  ])('is passed over %s', (_, damage, text) => {
    expect(readCode(written(damage(sealCode(code, chunk))), text)).toBeUndefined();
  });

  it.each([['a file that is not there', 'none'], ['a folder', '.']])('is none in %s', (_, name) => {
    expect(readCode(join(folder, name), chunk)).toBeUndefined();
  });

  it('lies beside the program, by version of node and architecture', () => {
    expect(codeFile('/opt/reconcile.js', 'main.js')).toBe(`/opt/code-cache/${process.version}-${process.arch}/main.js`);
  });
});
