/** A file that somebody made to take a reader's time, its memory or its good faith. */
export interface Bomb {
  readonly title: string;
  /** Made anew at each call: together they take more memory than what reads them may. */
  make(): Buffer;
}

const mebi = 1024 * 1024;

const head = 'apiVersion: reconcile/v1\nkind: Container\nmetadata: {name: web}\nspec:\n  rootfs: {path: /srv}\n';
const whole = `${head}  process: {args: [/bin/httpd]}\n`;

/** Means no harm. */
export const largeManifest = `${whole}  mounts: [${lines(1000, (index) => `{source: /a, target: /b${index}}, `)}]\n`;

/** Of as many copies as fit a file with `rest` around them. */
function filled(piece: string, rest = ''): string {
  return piece.repeat(Math.floor((mebi - 1 - rest.length) / piece.length));
}

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('');
}

/** Each level names the one before it `width` times. */
function aliasBomb(levels: number, width: number, open: string, close: string): string {
  const level = (index: number): string => `a${index}: &a${index} ${open}${Array.from({ length: width }, () => `*a${index - 1}`).join(', ')}${close}\n`;
  return `a0: &a0 lol\n${lines(levels, (index) => level(index + 1))}`;
}

type Family = readonly [title: string, counts: readonly number[], text: (count: number) => string | Buffer];

const few = [10, 1000] as const;
const sizes = [100, 3000, 30_000] as const;
const large = [1000, 30_000, 200_000] as const;

const families: readonly Family[] = [
  // What refers to itself, or to more than it says.
  ['aliases of aliases, levels', [3, 9, 30, 200], (count) => aliasBomb(count, 9, '[', ']')],
  ['aliases of aliases with many names each', [10, 100, 1000], (count) => aliasBomb(9, count, '[', ']')],
  ['aliases as merge keys, levels', [3, 9, 100], (count) => `a0: &a0 {k: v}\n${lines(count, (index) => `a${index + 1}: &a${index + 1} {<<: [*a${index}, *a${index}, *a${index}]}\n`)}`],
  ['an anchor in what it names', [1, 100, 10_000], (count) => lines(count, (index) => `a${index}: &a${index} [*a${index}]\n`)],
  ['anchors that are nobody’s', sizes, (count) => lines(count, (index) => `- &a${index} x\n`)],
  ['anchors in a row', [2, 1000, 300_000], (count) => '&a '.repeat(count)],
  ['aliases of nothing', sizes, (count) => lines(count, (index) => `- *a${index}\n`)],
  ['merge keys', [1, 100, 5000], (count) => `a:\n${'  <<: {b: 1}\n'.repeat(count)}`],
  ['an anchor with a long name', large, (count) => `a: &${'x'.repeat(count)} 1\nb: *${'x'.repeat(count)}\n`],
  // What is deep.
  ['brackets that nobody closes', [33, 1000, 100_000, mebi], (count) => '['.repeat(count)],
  ['braces that nobody closes', [33, 1000, 100_000, mebi], (count) => '{'.repeat(count)],
  ['braces with keys that nobody closes', [33, 1000, 200_000], (count) => '{a: '.repeat(count)],
  ['brackets that are closed', [33, 1000, 40_000], (count) => '['.repeat(count) + ']'.repeat(count)],
  ['closing brackets', [1, 1000, 90_000, mebi], (count) => ']'.repeat(count)],
  ['dashes in a row', [33, 1000, 300_000], (count) => '- '.repeat(count)],
  ['question marks in a row', [33, 1000, 300_000], (count) => '? '.repeat(count)],
  ['colons in a row', [33, 1000, 300_000], (count) => ': '.repeat(count)],
  ['keys ever further in', [33, 300, 1400], (count) => lines(count, (index) => `${' '.repeat(index)}a:\n`)],
  ['dashes ever further in', [33, 300, 1400], (count) => lines(count, (index) => `${' '.repeat(index)}-\n`)],
  ['lists in lists in a manifest', [30, 1000, 40_000], (count) => `${head}  process: {args: ${'['.repeat(count)}${']'.repeat(count)}}\n`],
  // What is much.
  ['keys', [2000, 2001, 12_000, 60_000], (count) => lines(count, (index) => `k${index}: v\n`)],
  ['keys in braces', [2000, 12_000, 60_000], (count) => `{${lines(count, (index) => `k${index}: v, `)}}`],
  ['one key many times', [2, 2000, 100_000], (count) => 'a: 1\n'.repeat(count)],
  ['one key many times in braces', [2, 2000, 100_000], (count) => `{${'a: 1, '.repeat(count)}}`],
  ['keys that differ in their last letter', [10, 500, 2000], (count) => lines(count, (index) => `${'k'.repeat(400)}${index}: v\n`)],
  ['maps of the most keys', [2, 8, 16], (count) => lines(count, (map) => `m${map}:\n${lines(2000, (index) => `  k${index}: v\n`)}`)],
  ['variables', [2000, 8000, 30_000], (count) => `${whole}`.replace('args:', `env: {${lines(count, (index) => `V${index}: x, `)}}, args:`)],
  ['items', large, (count) => '- a\n'.repeat(count)],
  ['arguments', large, (count) => `${head}  process: {args: [${'a, '.repeat(count)}]}\n`],
  ['arguments that are wrong', [100, 5000, 30_000], (count) => `${head}  process: {args: [${'1, '.repeat(count)}]}\n`],
  ['mounts at one place', [10, 1000, 8000], (count) => `${whole}  mounts: [${'{source: /a, target: /b}, '.repeat(count)}]\n`],
  ['mounts', [10, 1000, 8000], (count) => `${whole}  mounts: [${lines(count, (index) => `{source: /a, target: /b${index}}, `)}]\n`],
  ['unknown fields', [10, 1900, 9000], (count) => `${whole}${lines(count, (index) => `  field${index}: 1\n`)}`],
  ['programs of a jail that are one', [10, 5000, 100_000], (count) => `${whole.replace('path: /srv', `jail: {binaries: [${'/a, '.repeat(count)}]}`)}`],
  ['programs of a jail', [10, 5000, 30_000], (count) => `${whole.replace('path: /srv', `jail: {binaries: [${lines(count, (index) => `/a${index}, `)}]}`)}`],
  ['documents', [2, 1000, 9000], (count) => `---\n${whole}`.repeat(count)],
  ['documents without anything', [2, 9000, 200_000], (count) => '---\n'.repeat(count)],
  ['documents that are ended', [2, 9000, 200_000], (count) => '...\n'.repeat(count)],
  ['replicas', [1e6, 1e15], (count) => `${whole}  replicas: ${count}\n`],
  // What is long.
  ['a line', large, (count) => 'x'.repeat(count)],
  ['a key', large, (count) => `${'k'.repeat(count)}: v\n`],
  ['a key without a value', large, (count) => `? ${'k'.repeat(count)}\n`],
  ['a quoted text', large, (count) => `a: "${'x'.repeat(count)}"\n`],
  ['a quoted text that nobody ends', large, (count) => `a: "${'x'.repeat(count)}`],
  ['escapes', large, (count) => `a: "${'\\u0041'.repeat(count)}"\n`],
  ['backslashes', large, (count) => `a: "${'\\'.repeat(count)}"\n`],
  ['a folded text', large, (count) => `a: >-\n${'  x\n\n'.repeat(count)}`],
  ['a plain text of many lines', large, (count) => `a: ${'x\n  '.repeat(count)}`],
  ['a literal text', large, (count) => `a: |\n${'  x\n'.repeat(count)}`],
  ['a comment', large, (count) => `#${'x'.repeat(count)}\n${whole}`],
  ['comments', large, (count) => `${'#\n'.repeat(count)}${whole}`],
  ['empty lines', large, (count) => `${'\n'.repeat(count)}${whole}`],
  ['blanks', large, (count) => `a:${' '.repeat(count)}1\n`],
  ['blanks at the ends of lines', [100, 1000], (count) => `${' '.repeat(count)}\n`.repeat(1000) + whole],
  ['a number', large, (count) => `a: ${'9'.repeat(count)}\n`],
  ['a fraction', large, (count) => `a: 0.${'0'.repeat(count)}1\n`],
  ['a size', large, (count) => `${whole}  resources: {memory: {max: "${'9'.repeat(count)}Mi"}}\n`],
  ['a list of CPUs', large, (count) => `${whole}  resources: {cpuset: {cpus: "${'0-1023,'.repeat(count)}0"}}\n`],
  ['a name', large, (count) => whole.replace('web', `a${'-'.repeat(count)}a`)],
  ['a path', large, (count) => whole.replace('/srv', '/a'.repeat(count))],
  ['a host name', large, (count) => `${whole}  hostname: ${'a.'.repeat(count)}a\n`],
  // What is read in another way than it looks.
  ['tags', few, (count) => lines(count, () => `- !!js/function "x"\n- !!binary aGk=\n- !x y\n`)],
  ['a long tag', few, (count) => `a: !${'x'.repeat(count)} 1\n`],
  ['directives', few, (count) => `${lines(count, (index) => `%TAG !a${index}! tag:x,1:\n`)}---\n${whole}`],
  ['NULs', few, (count) => '\0'.repeat(count)],
  ['NULs in a manifest', few, (count) => whole.replace('/srv', `/srv${'\0'.repeat(count)}`)],
  ['byte order marks', few, (count) => '\ufeff'.repeat(count) + whole],
  ['UTF-16', few, (count) => Buffer.from(`\ufeff${whole.repeat(Math.ceil(count / 100))}`, 'utf16le')],
  ['bytes that are no UTF-8', few, (count) => Buffer.concat([Buffer.from(whole), Buffer.alloc(count, 0xff)])],
  ['a letter in too many bytes', few, (count) => Buffer.concat([Buffer.from('a: '), Buffer.alloc(2 * count, Buffer.from([0xc0, 0xaf]))])],
  ['characters that change the direction', few, (count) => `a: ${'\u202e'.repeat(count)}\n`],
  ['carriage returns', few, (count) => '\r'.repeat(count)],
  ['tabs', few, (count) => `a:\n${'\t'.repeat(count)}b: 1\n`],
  ['keys of JavaScript', few, (count) => `{${'__proto__: {}, constructor: {prototype: {x: 1}}, '.repeat(count)}}`],
  ['conflict markers', few, (count) => '<<<<<<< a\n'.repeat(count)],
];

const largest: readonly Family[] = [
  ['a full file of letters', [1], () => filled('x')],
  ['a full file of lists', [1], () => filled('[], ')],
  ['a full file of maps', [1], () => filled('{a: 1}, ')],
  ['a full file of quotes', [1], () => filled('"a" ')],
  ['a full file of single quotes', [1], () => filled("''")],
  ['a full file of ampersands', [1], () => filled('&')],
  ['a full file of commas', [1], () => `[${filled(', ', '[')}`],
  ['a full file of bytes that are no UTF-8 at its end', [1], () => Buffer.concat([Buffer.from(filled('x').slice(1)), Buffer.from([0xff])])],
  ['one byte too many', [1], () => 'x'.repeat(mebi + 1)],
  ['noise', [1, 2, 3], (seed) => noise(seed)],
];

/** Any bytes; of the printable ones alone for the third seed. */
function noise(seed: number): Buffer {
  const bytes = Buffer.alloc(200_000);
  let state = seed;
  for (let index = 0; index < bytes.length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = seed === 3 ? 32 + ((state >>> 16) % 95) : state >>> 16;
  }
  return bytes;
}

export const bombs: readonly Bomb[] = [...families, ...largest].flatMap(([title, counts, text]) =>
  counts.map((count) => ({ title: `${title}: ${count}`, make: () => toBytes(text(count)) })),
);

/** What is larger than a file may be is cut: it would not be read at all. */
function toBytes(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return bytes.length > mebi + 1 ? bytes.subarray(0, mebi) : bytes;
}
