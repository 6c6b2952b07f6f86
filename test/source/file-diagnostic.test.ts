import { describe, expect, it } from 'vitest';
import { unreadable } from '../../src/source/file-diagnostic.ts';

describe('a system error about a file', () => {
  it.each([
    ['EACCES', 'cannot be read: permission denied'],
    ['ELOOP', 'is a symbolic link that leads back to itself'],
    ['ESTALE', 'cannot be read: ESTALE'],
  ])('%s is told in words', (code, message) => {
    const diagnostic = unreadable('a.yaml', Object.assign(new Error('open'), { code }));

    expect(diagnostic).toMatchObject({ file: 'a.yaml', line: 1, column: 1, message });
    expect(diagnostic.hint).not.toBe('');
  });

  it('is rethrown where it is no system error', () => {
    const defect = new TypeError('x is not a function');

    expect(() => unreadable('a.yaml', defect)).toThrow(defect);
  });
});
