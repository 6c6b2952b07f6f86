import { basename } from 'node:path';
import { pathsOf } from '../host/paths.ts';
import { completionModel, completionScript } from '../render/completion.ts';
import type { Shell } from '../render/completion.ts';
import type { Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { commands, globalFlags } from './table.ts';

const shells: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** Prints the completion script of a shell, made from the command table. */
export async function run({ operands: [name, ...more] }: Invocation): Promise<Outcome> {
  const shell = shells.find((known) => known === name);
  if (shell === undefined || more.length > 0) {
    throw usageError(`completion needs the name of one shell${name === undefined ? '' : ` (got ${[name, ...more].join(' ')})`}`, 'write bash, zsh or fish');
  }
  const namesFolder = basename(pathsOf({ root: '/', data: '/' }).bundles);
  return { result: { kind: 'verbatim', text: completionScript(shell, completionModel(commands, globalFlags, namesFolder)) } };
}
