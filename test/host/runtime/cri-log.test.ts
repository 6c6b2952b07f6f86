import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lastLinesStart, parseLines } from '../../../src/host/runtime/cri-log.ts';

const stamp = '2026-11-22T18:51:42.117496959+00:00';

function parse(text: string) {
  const { pieces, rest } = parseLines(Buffer.from(text));
  return { pieces: pieces.map(({ stream, bytes }) => `${stream}:${bytes.toString()}`), rest: rest.toString() };
}

/** The last lines of a log, and how many bytes of it were looked at, in all and in one go. */
function tail(text: string, count: number) {
  const bytes = Buffer.from(text);
  const looks: number[] = [];
  const start = lastLinesStart(bytes.length, count, (from, to) => {
    looks.push(to - from);
    return bytes.subarray(from, to);
  });
  return { text: bytes.toString('utf8', start), most: Math.max(0, ...looks), bytes: looks.reduce((total, each) => total + each, 0) };
}

describe('parseLines', () => {
  it('tells the streams apart and keeps empty lines', () => {
    const { pieces } = parse(`${stamp} stdout F out\n${stamp} stderr F err\n${stamp} stdout F \n`);

    expect(pieces).toEqual(['stdout:out\n', 'stderr:err\n', 'stdout:\n']);
  });

  it('joins the parts of a long line', () => {
    const { pieces } = parse(`${stamp} stdout P one \n${stamp} stdout F two\n`);

    expect(pieces.join('')).toBe('stdout:one stdout:two\n');
  });

  it('leaves an unfinished line for later', () => {
    expect(parse(`${stamp} stdout F a\n${stamp} std`)).toEqual({ pieces: ['stdout:a\n'], rest: `${stamp} std` });
  });

  it('passes on lines of another form', () => {
    expect(parse('not a log line\n').pieces).toEqual(['stdout:not a log line\n']);
  });

  it('keeps bytes that are no text', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28]);

    const { pieces } = parseLines(Buffer.concat([Buffer.from(`${stamp} stdout F `), bytes, Buffer.from('\n')]));

    expect(pieces[0]?.bytes).toEqual(Buffer.concat([bytes, Buffer.from('\n')]));
  });

  it('gives the same wherever the bytes are cut', () => {
    const text = `${stamp} stdout F one\n${stamp} stderr P two\n${stamp} stderr F three\n`;
    const whole = parse(text).pieces;
    const cut = fc.nat(text.length);

    fc.assert(
      fc.property(cut, (at) => {
        const first = parse(text.slice(0, at));
        expect([...first.pieces, ...parse(first.rest + text.slice(at)).pieces]).toEqual(whole);
      }),
    );
  });
});

describe('lastLinesStart', () => {
  const line = (text: string, tag = 'F') => `${stamp} stdout ${tag} ${text}\n`;
  const text = line('a') + line('b', 'P') + line('c') + line('d');

  it.each([
    { count: 0, wanted: '' },
    { count: 1, wanted: line('d') },
    { count: 2, wanted: line('b', 'P') + line('c') + line('d') },
  ])('finds the last $count lines, a long one with all its parts', ({ count, wanted }) => {
    expect(tail(text, count).text).toBe(wanted);
  });

  it('gives all where there are not more lines', () => {
    expect(tail(text, 3).text).toBe(text);
    expect(tail('', 0).text).toBe('');
    expect(tail('no end', 0).text).toBe('no end');
  });

  it('reads no more than the end of a log, whatever its size', () => {
    const many = line('a').repeat(100_000);

    expect(tail(many, 10)).toMatchObject({ text: line('a').repeat(10), bytes: 64 * 1024 });
  });

  it('reads a line that never ends piece by piece', () => {
    const endless = line('z') + line('x'.repeat(8_000), 'P').repeat(200);

    expect(tail(endless, 0).text).toBe(endless.slice(line('z').length));
    expect(tail(endless, 0).most).toBeLessThan(65 * 1024);
  });

  it('finds the same lines wherever the pieces of the file are cut', () => {
    const lines = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 40_000 }), tag: fc.constantFrom('F', 'P') }), { maxLength: 12 });

    fc.assert(
      fc.property(lines, fc.nat(6), (made, count) => {
        const parts = made.map(({ bytes, tag }) => line('y'.repeat(bytes), tag));
        const wholes = made.flatMap(({ tag }, index) => (tag === 'F' ? [index] : []));
        const before = wholes.at(-count - 1);
        expect(tail(parts.join(''), count).text).toBe(parts.slice(before === undefined ? 0 : before + 1).join(''));
      }),
    );
  });
});
