import { describe, expect, it } from 'vitest';
import { type Diagnostic, formatDiagnostic, showValue, sortDiagnostics } from '../../src/manifest/diagnostic.ts';

const base: Diagnostic = { file: 'a.yaml', line: 3, column: 7, path: 'spec.replicas', message: 'is wrong', hint: 'write 3' };

describe('a diagnostic', () => {
  it('is one line with place, path, fault, value and mend', () => {
    expect(formatDiagnostic({ ...base, got: '"x"' })).toBe('a.yaml:3:7: spec.replicas: is wrong (got "x"); write 3');
  });

  it('leaves out what it does not have', () => {
    expect(formatDiagnostic({ ...base, path: '' })).toBe('a.yaml:3:7: is wrong; write 3');
  });

  it('stands in reading order, numbers by size', () => {
    const places = [
      { file: 'b.yaml', line: 1, column: 1 },
      { file: 'a.yaml', line: 10, column: 1 },
      { file: 'a.yaml', line: 9, column: 10 },
      { file: 'a.yaml', line: 9, column: 9 },
    ];

    expect(sortDiagnostics(places.map((place) => ({ ...base, ...place }))).map(({ line, column }) => [line, column])).toEqual([
      ...[[9, 9], [9, 10], [10, 1], [1, 1]],
    ]);
  });
});

describe('a shown value', () => {
  it.each([
    ['a "b"\n', '"a \\"b\\"\\n"'],
    [null, 'nothing'],
    [[], 'an empty list'],
    [[1], 'a list'],
    [{}, 'an empty mapping'],
    [{ a: 1 }, 'a mapping'],
    [1.5, '1.5'],
    [true, 'true'],
  ])('%j reads %s', (value, text) => {
    expect(showValue(value)).toBe(text);
  });

  it('is cut where it is long', () => {
    expect(showValue('x'.repeat(1000))).toBe(`"${'x'.repeat(79)}…"`);
  });
});
