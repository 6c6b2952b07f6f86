import { openHostToChange } from '../host/host.ts';
import type { Invocation, Outcome } from './command.ts';
import { requireName } from './names.ts';
import { usageError } from './parse.ts';

/** Runs a command in a running container, on our own terminal; its exit status becomes ours. */
export async function run({ operands: [name, ...args], settings }: Invocation): Promise<Outcome> {
  if (name === undefined || args.length === 0) {
    throw usageError('exec needs the NAME of a container and a command', `reconcile exec ${name ?? 'NAME'} -- COMMAND…`);
  }
  const host = await openHostToChange(settings);
  const exitStatus = await host.runtime.exec(requireName(name, host), { args });
  return { result: { kind: 'nothing' }, exitStatus };
}
