import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/manifest/diagnostic.ts';
import { parseManifest } from '../../src/manifest/parse.ts';
import { measureCpu } from '../support/cpu-time.ts';

function faults(text: string): readonly string[] {
  return parseManifest('x.yaml', text).diagnostics.map(formatDiagnostic);
}

function values(text: string): readonly unknown[] {
  const { documents, diagnostics } = parseManifest('x.yaml', text);
  expect(diagnostics).toEqual([]);
  return documents.map((document) => document.value);
}

describe('YAML', () => {
  it.each([
    ['no', 'no'],
    ['yes', 'yes'],
    ['off', 'off'],
    ['0o17', 15],
    ['0x1F', 31],
    ['1e3', 1000],
    ['12:30:45', '12:30:45'],
    ['1_000', '1_000'],
    ['2001-01-01', '2001-01-01'],
    ['-0', -0],
    ['true', true],
    ['~', null],
    ['"0755"', '0755'],
    ['"\\0"', '\0'],
    ['!!str 8080', '8080'],
  ])('keeps the meaning that 1.2 core gives to %s', (text, value) => {
    expect(values(`a: ${text}`)).toEqual([Object.assign(Object.create(null), { a: value })]);
  });

  it.each([
    ['a byte order mark', '\ufeffa: 1'],
    ['CRLF', 'a: 1\r\n'],
    ['a %YAML 1.2 line', '%YAML 1.2\n---\na: 1'],
    ['comments around it', '# x\n\na: 1\n# y\n'],
  ])('may have %s', (_, text) => {
    expect(values(text)).toHaveLength(1);
  });

  it('has one value for each document, with its line', () => {
    const { documents } = parseManifest('x.yaml', '# header\na: 1\n---\n\nb: 2\n');

    expect(documents.map((document) => document.line)).toEqual([2, 5]);
  });

  it('gives mappings without a prototype', () => {
    expect(values('constructor: 1').map((value) => Object.getPrototypeOf(value) as unknown)).toEqual([null]);
  });

  it('tells the place of keys and values', () => {
    const [document] = parseManifest('x.yaml', 'a:\n  b: [1, {c: 2}]\n').documents;
    const place = document?.placeOf('/a/b/1/c');

    expect(document?.positionOf(place?.offset ?? 0)).toEqual({ line: 2, column: 14 });
    expect(document?.positionOf(place?.keyOffset ?? 0)).toEqual({ line: 2, column: 11 });
  });
});

describe('what YAML would let through', () => {
  it.each([
    ['an empty file', '', 'x.yaml:1:1: the file has no document; write a manifest that begins with apiVersion: reconcile/v1, or remove the file'],
    ['comments alone', '# nothing\n', 'x.yaml:1:1: the file has no document; write a manifest that begins with apiVersion: reconcile/v1, or remove the file'],
    ['an anchor', 'a: &x 1', 'x.yaml:1:4: is an anchor or alias, which manifests do not have (got &x); write the value itself'],
    ['an alias', 'a: *x', 'x.yaml:1:4: is an anchor or alias, which manifests do not have (got *x); write the value itself'],
    ['a merge key', 'a: {<<: {b: 1}}', 'x.yaml:1:5: a."<<": is a merge key, which manifests do not have; write the fields out'],
    ['a duplicate key', 'a: 1\nb: 2\na: 3', 'x.yaml:3:1: a: stands twice: first at line 1, column 1; keep one of the two'],
    ['one key as number and text', '1: a\n"1": b', 'x.yaml:2:1: 1: stands twice: first at line 1, column 1; keep one of the two'],
    ['__proto__', 'a: {__proto__: 1}', 'x.yaml:1:5: a.__proto__: is not allowed as a key; choose another name'],
    ['a custom tag', 'a: !foo 1', 'x.yaml:1:4: is a tag that manifests do not have (got !foo); remove the tag'],
    ['a tag of a language', 'a: !!js/function x', 'x.yaml:1:4: is a tag that manifests do not have (got !!js/function); remove the tag'],
    ['!!binary', 'a: !!binary aGk=', 'x.yaml:1:4: is a tag that manifests do not have (got !!binary); remove the tag'],
    ['%YAML 1.1', '%YAML 1.1\n---\na: no', 'x.yaml:1:1: is a directive that changes how the file is read (got %YAML 1.1); remove the line; manifests are YAML 1.2'],
    ['%TAG', '%TAG ! x\n---\na: 1', 'x.yaml:1:1: is a directive that changes how the file is read (got %TAG ! x); remove the line; manifests are YAML 1.2'],
    ['NUL', 'a: \0', 'x.yaml:1:4: has a character that must not stand in a manifest (got U+0000); remove it, or write it in double quotes as an escape such as \\u0007'],
    ['NEL', 'a: x\u0085', 'x.yaml:1:5: has a character that must not stand in a manifest (got U+0085); remove it, or write it in double quotes as an escape such as \\u0007'],
    ['a change of writing direction', 'b: 1\na: \u202e', 'x.yaml:2:4: has a character that must not stand in a manifest (got U+202E); remove it, or write it in double quotes as an escape such as \\u0007'],
    ['a lone carriage return', 'a: 1\rb: 2', 'x.yaml:1:5: has a character that must not stand in a manifest (got U+000D); remove it, or write it in double quotes as an escape such as \\u0007'],
    ['half of a surrogate pair', 'a: \ud800', 'x.yaml:1:4: has a character that must not stand in a manifest (got U+D800); remove it, or write it in double quotes as an escape such as \\u0007'],
    ['a conflict marker', 'a: 1\n<<<<<<< HEAD\nb: 1\n', 'x.yaml:2:1: has the conflict marker <<<<<<< of an unfinished merge; finish the merge: keep one side and remove the markers'],
    ['a git lfs pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\n', 'x.yaml:1:1: is a pointer of git lfs, not a manifest; run git lfs pull, or keep manifests out of git lfs'],
    ['a leading zero', 'a: 0755', 'x.yaml:1:4: a: has a leading zero, which some read as octal (got 0755); write 755 for a number, or "0755" in quotes for text'],
    ['a number that would be rounded', 'a: 9007199254740993', 'x.yaml:1:4: a: is beyond 2^53 and would be rounded (got 9007199254740993); write a smaller number, or put it in quotes if it is text'],
    ['infinity', 'a: .inf', 'x.yaml:1:4: a: is no finite number (got .inf); write a number in digits, or text in quotes'],
    ['an overflow to infinity', 'a: 1e999', 'x.yaml:1:4: a: is no finite number (got 1e999); write a number in digits, or text in quotes'],
    ['not a number', 'a: .nan', 'x.yaml:1:4: a: is no finite number (got .nan); write a number in digits, or text in quotes'],
    ['a number in the environment, unshown', 'spec: {process: {env: {PIN: 0123}}}', 'x.yaml:1:29: spec.process.env.PIN: has a leading zero, which some read as octal; write the value as text, in quotes'],
    ['a mapping as a key', '{a: 1}: b', 'x.yaml:1:1: is a key that is no text; write a plain word as the key'],
    ['stray brackets', ']', 'x.yaml:1:1: is no YAML: Unexpected flow-seq-end token in YAML document; remove what does not belong here'],
  ])('is refused: %s', (_, text, line) => {
    expect(faults(text)).toEqual([line]);
  });

  it.each([
    ['a tab as indentation', 'a:\n\tb: 1', 2],
    ['an open quote', 'a: "x', 1],
    ['an open bracket', 'a: [1', 1],
    ['a colon too many', 'a: b: c', 1],
  ])('is refused with a line and a mend: %s', (_, text, line) => {
    const { diagnostics, documents } = parseManifest('x.yaml', text);

    expect(documents).toEqual([]);
    expect(diagnostics.length).toBeGreaterThan(0);
    expect(diagnostics[0]).toMatchObject({ line, message: expect.stringMatching(/^is no YAML/) as unknown });
    expect(diagnostics.every(({ hint }) => hint !== '')).toBe(true);
  });

  it('is refused with every key that stands twice', () => {
    expect(faults('a: 1\na: 2\nb: {c: 1, c: 2}')).toHaveLength(2);
  });
});

describe('what would take the parser too long', () => {
  const mebi = 1024 * 1024;
  const bomb = `a0: &a0 x\n${Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(9)}]`).join('\n')}`;

  it.each([
    ['a file over 1 MiB', 'a'.repeat(mebi + 1), 'the file is larger than 1 MiB'],
    ['40,000 keys', Array.from({ length: 40_000 }, (_, i) => `key-${i}: v\n`).join(''), 'the file has more than 20000 lines'],
    ['19,000 keys', Array.from({ length: 19_000 }, (_, i) => `key-${i}: v\n`).join(''), 'the file has too many values'],
    ['7,000 keys', Array.from({ length: 7_000 }, (_, i) => `key-${i}: v\n`).join(''), 'is a mapping of more than 2000 keys'],
    ['5,000 keys in braces', `{${Array.from({ length: 5_000 }, (_, i) => `k${i}: v`).join(', ')}}`, 'is a mapping of more than 2000 keys'],
    ['90,000 brackets', '['.repeat(90_000), 'is nested deeper than 32'],
    ['20,000 dashes', '- '.repeat(20_000), 'is nested deeper than 32'],
    ['20,000 question marks', '? '.repeat(20_000), 'is nested deeper than 32'],
    ['33 levels', `${'['.repeat(33)}${']'.repeat(33)}`, 'is nested deeper than 32'],
    ['an alias bomb', bomb, 'is an anchor or alias, which manifests do not have'],
    ['30,000 anchors', '&a '.repeat(30_000), 'is an anchor or alias, which manifests do not have'],
    ['260,000 items', '- a\n'.repeat(mebi / 4), 'the file has more than 20000 lines'],
    ['170,000 items', `[${'a, '.repeat(170_000)}]`, 'the file has too many values'],
    ['a million closing brackets', ']'.repeat(mebi), 'the file has too many values'],
    ['40,000 closing brackets', ']'.repeat(40_000), 'is no YAML: Unexpected flow-seq-end token in YAML document'],
    ['10,000 empty documents', '---\n'.repeat(10_000), 'the file has more than 2500 documents'],
    ['a megabyte of quoted text', `a: "${`${'x'.repeat(50)}\\\n  `.repeat(19_000)}"`, 'is a text of more than 256 KiB'],
    ['a quarter of that', `a: "${`${'x'.repeat(50)}\\\n  `.repeat(4_800)}"`, undefined],
    ['a megabyte of folded text', `a: >-\n${`  ${'x'.repeat(100)}\n\n`.repeat(9_900)}`, 'is a text of more than 256 KiB'],
    ['a quarter of that, folded', `a: >-\n${`  ${'x'.repeat(100)}\n\n`.repeat(2_400)}`, undefined],
    ['200,000 lines of text', `a: |\n${'  x\n'.repeat(200_000)}`, 'the file has more than 20000 lines'],
    ['a megabyte of plain text', `a: ${`${'x'.repeat(50)}\n  `.repeat(19_000)}`, 'is a text of more than 256 KiB'],
    ['deeper and deeper', Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}a:\n`).join(''), 'is nested deeper than 32'],
  ])('is settled within a second: %s', (_, text, message) => {
    const { result, cpuMs } = measureCpu(() => parseManifest('x.yaml', text));

    const { diagnostics } = result;
    expect(cpuMs).toBeLessThan(1000);
    expect(diagnostics[0]?.message).toBe(message);
    expect(diagnostics.length).toBeLessThanOrEqual(20);
  });

  it('is told with the place where it became too much', () => {
    const { diagnostics } = parseManifest('x.yaml', '- a\n'.repeat(15_000));

    // Five lexemes a line.
    expect(diagnostics).toMatchObject([{ message: 'the file has too many values', line: 10_000, column: 4 }]);
  });

  it('takes 2,000 keys', () => {
    expect(values(Array.from({ length: 2000 }, (_, i) => `key-${i}: v\n`).join(''))).toHaveLength(1);
  });

  it('takes 32 levels', () => {
    expect(values(`${'['.repeat(32)}${']'.repeat(32)}`)).toHaveLength(1);
  });
});
