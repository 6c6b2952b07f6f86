import { parseArgs } from 'node:util';

export interface Options {
  readonly list: boolean;
  readonly quick: boolean;
  readonly installPeers: boolean;
  readonly updateReadme: boolean;
  /** Names of measures; empty: all. */
  readonly only: readonly string[];
  /** Where the report goes; a file of the same name that ends in .md takes the table. */
  readonly out: string | undefined;
  /** What is measured: a launcher, or a file for node. */
  readonly program: string | undefined;
  /** How long the idle daemon is looked at; undefined: as long as three full passes take. */
  readonly idleMinutes: number | undefined;
  /** How many containers the floors make at once. */
  readonly concurrency: number;
}

export const usage = `npm run bench -- [--quick] [--only NAME[,NAME]] [--list] [--install-peers] [--update-readme]
  [--out FILE] [--program FILE] [--idle-minutes N] [--concurrency N]`;

/** Throws a TypeError or RangeError that says what is wrong. */
export function parseOptions(args: readonly string[], { names, cpus }: { readonly names: readonly string[]; readonly cpus: number }): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      'install-peers': { type: 'boolean', default: false },
      'update-readme': { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
      program: { type: 'string' },
      'idle-minutes': { type: 'string' },
      concurrency: { type: 'string' },
    },
  });
  const only = values.only.flatMap((text) => text.split(',')).filter((name) => name !== '');
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new RangeError(`no measure is named ${unknown.join(', ')}; there are ${names.join(', ')}`);
  return {
    list: values.list,
    quick: values.quick,
    installPeers: values['install-peers'],
    updateReadme: values['update-readme'],
    only,
    out: values.out,
    program: values.program,
    idleMinutes: positive('--idle-minutes', values['idle-minutes']),
    concurrency: positive('--concurrency', values.concurrency) ?? 2 * cpus,
  };
}

function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new RangeError(`${flag} ${text}: a number above 0 is wanted`);
  return value;
}
