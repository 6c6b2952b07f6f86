/** Where each of the fields stands in a manifest, as what is below `resources`. */
export const limitedFields = {
  'cpu.max': (value: string) => `{cpu: {max: ${value}}}`,
  'cpu.weight': (value: string) => `{cpu: {weight: ${value}}}`,
  'cpuset.cpus': (value: string) => `{cpuset: {cpus: ${value}}}`,
  'memory.max': (value: string) => `{memory: {max: ${value}}}`,
  'memory.swap.max': (value: string) => `{memory: {max: 64Mi, swap: {max: ${value}}}}`,
  'pids.max': (value: string) => `{pids: {max: ${value}}}`,
} as const;

export type LimitedField = keyof typeof limitedFields;

const numbers = ['1', '7', '64', '512', '4096', '65536', '2147483648', '9007199254740992', '9223372036854775808', '18446744073709551616', '99999999999999999999999'];

/** Ways to misspell a number, as text in quotes. The kernel takes several of them for another number, or for 0. */
const spellings: readonly ((number: string) => string)[] = [
  ...['-', '+', '.', '0x', '0o', '0b', '$', '~', 'max ', ' ', ',', '- ', '\\t'].map((before) => (number: string) => `${before}${number}`),
  ...['.', 'e3', 'E', 'm', 'MB', 'KB', ' Mi', 'mi', 'Mib', 'Q', '%', ',', '-', ' ', '\\n', '\\0', ';', '_000', '/2', ' max'].map((after) => (number: string) => `${number}${after}`),
];

const others: readonly string[] = [
  ...['~', 'null', '', 'true', 'no', '.nan', '.inf', '-.inf', '-1', '-0.5', '1e999', '-9007199254740993', '99999999999999999999', '1e30', '0777', '-0x10', '[]', '{}', '[1]', '{max: 1}'],
  ...['""', '"Max"', '"MAX"', '"max "', '"unlimited"', '"infinity"', '"none"', '"Ki"', '"²"', '"１２"', '"٣"', '"1\u00a0000"', '"one"', '"&"', '"2^20"', '"1;2"', '"\\u202e1"', '"0-"', '"-0"'],
];

/** More than three hundred values, as a manifest has them, of which none is right for any of the fields. */
export const badLimits: readonly string[] = [...new Set([...numbers.flatMap((number) => spellings.map((spell) => `"${spell(number)}"`)), ...others])];

/** A row of the table of faults. */
export const nonsense = { fault: 'a limit is nonsense', how: 'four hundred values in each of six fields; some of them for containers that run' };
