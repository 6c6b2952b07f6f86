import { describe, expect, it } from 'vitest';
import { errnoOf, isOfDisk, ReconcileError } from '../src/errors.ts';
import { asReconcileError } from '../src/unexpected-error.ts';

const system = (code: string): Error => Object.assign(new Error(`${code}: it failed, open '/run/x'`), { code });

describe('an error that nobody expected', () => {
  it('stays what it is where it is one of ours', () => {
    const error = new ReconcileError('ERR_TIMEOUT', 'late');

    expect(asReconcileError(error, 'web: create')).toBe(error);
  });

  it.each([
    ['ENOSPC', 'ERR_SYSTEM', 'make room on that file system'],
    ['EROFS', 'ERR_SYSTEM', 'the file system is mounted read-only: dmesg may say why'],
    ['EIO', 'ERR_SYSTEM', 'the disk may fail: dmesg says more'],
    ['EXDEV', 'ERR_SYSTEM', 'look at the path on the host'],
    ['EACCES', 'ERR_PERMISSION', 'run it as root'],
  ])('is a refusal of the system, with the mend: %s', (errno, code, hint) => {
    const cause = system(errno);

    expect(asReconcileError(cause, 'web: create')).toMatchObject({ code, hint, cause, message: `web: create: ${errno}: it failed, open '/run/x'` });
  });

  it.each([
    { number: 122, words: 'EDQUOT: disk quota exceeded', hint: 'make room on that file system', ofDisk: true },
    { number: 117, words: 'EUCLEAN: structure needs cleaning', hint: 'look at the path on the host', ofDisk: false },
  ])('has the name that node has none for: $words', ({ number, words, hint, ofDisk }) => {
    const code = `Unknown system error -${number}`;
    const cause = Object.assign(new Error(`${code}: ${code}, mkdir '/run/x'`), { code });

    const error = asReconcileError(cause, 'web: prepare');

    expect(error).toMatchObject({ code: 'ERR_SYSTEM', hint, message: `web: prepare: ${words}, mkdir '/run/x'` });
    expect(errnoOf(cause)).toBe(words.slice(0, words.indexOf(':')));
    expect([isOfDisk(cause), isOfDisk(error)]).toEqual([ofDisk, ofDisk]);
  });

  it('is a defect where it is anything else', () => {
    expect(asReconcileError(new TypeError('x is undefined'))).toMatchObject({ code: 'ERR_INTERNAL', message: 'x is undefined' });
    expect(asReconcileError('a word')).toMatchObject({ code: 'ERR_INTERNAL', message: 'a word' });
  });
});
