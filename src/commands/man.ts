import packageJson from '../../package.json' with { type: 'json' };
import { errorCodes } from '../errors.ts';
import { manPage } from '../render/man.ts';
import type { Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { commands, globalFlags } from './table.ts';

/** Prints the manual page, made from the command table. */
export async function run({ operands }: Invocation): Promise<Outcome> {
  if (operands.length > 0) throw usageError(`man takes no argument (got ${operands.join(' ')})`, 'reconcile man | man -l -');
  const { version } = packageJson;
  return { result: { kind: 'verbatim', text: manPage({ commands, globalFlags, errorCodes, version }) } };
}
