import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { errnoOf, errorCodes, isOfDisk, ReconcileError } from '../src/errors.ts';

describe('the table of error codes', () => {
  it('is the same in the README', () => {
    const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\| `(ERR_[A-Z_]+)` \| (.+) \|$/gm)];

    expect(Object.fromEntries(rows.map(([, code, meaning]) => [code, meaning]))).toEqual(errorCodes);
  });

  it('has no code that nothing throws', () => {
    const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && file !== 'errors.ts');
    const source = files.map((file) => readFileSync(`src/${file}`, 'utf8')).join('\n');

    expect(Object.keys(errorCodes).filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });
});

describe('ReconcileError', () => {
  it('keeps its cause and is not retryable unless told so', () => {
    const cause = new Error('inner');

    const error = new ReconcileError('ERR_TIMEOUT', 'conmon: no answer', { cause });

    expect(error).toMatchObject({ code: 'ERR_TIMEOUT', message: 'conmon: no answer', cause, retryable: false, hint: undefined });
  });
});

describe('errnoOf', () => {
  it.each([
    ['a system error', Object.assign(new Error('x'), { code: 'ENOENT' }), 'ENOENT'],
    ['an error of node itself', Object.assign(new Error('x'), { code: 'ERR_INVALID_ARG_TYPE' }), undefined],
    ['an error without a code', new Error('x'), undefined],
    ['something that is no error', { code: 'ENOENT' }, undefined],
  ])('reads %s', (_case, error, errno) => {
    expect(errnoOf(error)).toBe(errno);
  });
});

describe('isOfDisk', () => {
  it.each([
    ['what the system says', new Error('ENOSPC: no space left on device, write'), true],
    ['what a program says', new ReconcileError('ERR_RUNTIME_FAILED', 'web: create failed: mkdir `x`: Read-only file system'), true],
    ['what it was caused by', new ReconcileError('ERR_ROOTFS', 'web', { cause: new Error('EIO: i/o error, read') }), true],
    ['another reason', new Error('ENOENT: no such file or directory, open'), false],
    ['something that is no error', 'ENOSPC', false],
  ])('knows a disk by %s', (_case, error, answer) => {
    expect(isOfDisk(error)).toBe(answer);
  });
});
