import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDocument, readStart, writeDocument } from '../../src/host/document.ts';

let dir: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'reconcile-document-'));
});

afterEach(() => {
  rmSync(dir, { recursive: true });
});

describe('a document', () => {
  it('is written for its owner alone, in the place of an older one', () => {
    const file = join(dir, 'next.plan');
    writeFileSync(file, 'old');
    chmodSync(file, 0o644);

    writeDocument(file, 'new');

    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777, readdirSync(dir)]).toEqual(['new', 0o600, ['next.plan']]);
  });

  it('never takes the place of a link, a folder or a device', () => {
    writeFileSync(join(dir, 'aim'), 'aim');
    symlinkSync('aim', join(dir, 'link'));
    mkdirSync(join(dir, 'folder'));

    for (const path of ['link', 'folder']) expect(() => writeDocument(join(dir, path), 'new')).toThrow(/is no regular file, and is left as it is/);
    expect(() => writeDocument('/dev/null', 'new')).toThrow(/no regular file/);

    expect([lstatSync(join(dir, 'link')).isSymbolicLink(), readFileSync(join(dir, 'aim'), 'utf8'), existsSync('/dev/null')]).toEqual([true, 'aim', true]);
  });

  it('that cannot be written or read is told with the path and the reason', () => {
    expect(() => writeDocument(join(dir, 'gone/next.plan'), '')).toThrow(`${join(dir, 'gone/next.plan')}: cannot be written: no such file or folder`);
    expect(() => readDocument(join(dir, 'gone'))).toThrow(`${join(dir, 'gone')}: cannot be read: no such file or folder`);
    expect(() => readDocument(dir)).toThrow(/cannot be read: is a folder/);
  });

  it('shows its first characters, where it is a regular file', () => {
    writeFileSync(join(dir, 'a'), 'x'.repeat(100_000));

    expect(readStart(join(dir, 'a'), 10)).toBe('xxxxxxxxxx');
    expect(readDocument(join(dir, 'a'))).toHaveLength(100_000);
    expect([readStart(dir, 10), readStart(join(dir, 'gone'), 10), readStart('/dev/zero', 10)]).toEqual([undefined, undefined, undefined]);
  });
});
