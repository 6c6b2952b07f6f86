import type { Chance } from '../sim/chance.ts';

/** Bytes that mean something to whoever reads YAML. */
const pieces: readonly string[] = [
  ...['\0', '\t', '\r', '\u0085', '\ufeff', '\u202e', '\ud800', '---\n', '...\n', '%YAML 1.1\n', '<<: ', '__proto__: ', '? ', '&a ', '*a', '!!binary ', '!x '],
  ...['{', '}', '[', ']', '"', "'", '|\n', '>-\n', ': ', '- ', '#', '\n', '  ', '0755', '1e999', '.inf', '-1', '18446744073709551616', '[[[[[[[[', '{a: {a: {a: {a: '],
];

/** `text` with one to eight damages: bytes flipped, pieces put in, doubled, moved, cut out, or taken from `other`. */
export function mutate(text: string, other: string, chance: Chance): Buffer {
  let bytes: Buffer = Buffer.from(text);
  for (let count = 1 + chance.below(8); count > 0; count -= 1) bytes = damage(bytes, Buffer.from(other), chance);
  return bytes;
}

function damage(bytes: Buffer, other: Buffer, chance: Chance): Buffer {
  const at = chance.below(bytes.length + 1);
  const end = Math.min(bytes.length, at + chance.below(60));
  const put = (middle: Uint8Array | string, from = at): Buffer => Buffer.concat([bytes.subarray(0, at), Buffer.from(middle), bytes.subarray(from)]);
  switch (chance.below(6)) {
    case 0:
      return bytes.length === 0 ? bytes : put(Uint8Array.of((bytes[at] ?? 0) ^ (1 << chance.below(8))), at + 1);
    case 1:
      return put(chance.pick(pieces));
    case 2:
      return put(bytes.subarray(at, end));
    case 3:
      return put('', end);
    case 4: {
      const from = chance.below(other.length + 1);
      return put(other.subarray(from, from + chance.below(200)));
    }
    default:
      return put(bytes.subarray(at, end).toString('latin1').repeat(1 + chance.below(200)));
  }
}
