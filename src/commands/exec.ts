import { openHostToChange } from '../host/host.ts';
import { runtimeUnder } from '../host/runtime/monitor.ts';
import type { Invocation, Outcome } from './command.ts';
import { requireName } from './names.ts';
import { usageError } from './parse.ts';

/** Runs a command in a running container, by the runtime that made it, on our own terminal; its exit status becomes ours. */
export async function run({ operands: [name, ...args], settings }: Invocation): Promise<Outcome> {
  if (name === undefined || args.length === 0) {
    throw usageError('exec needs the NAME of a container and a command', `reconcile exec ${name ?? 'NAME'} -- COMMAND…`);
  }
  const host = await openHostToChange(settings);
  const container = requireName(name, host);
  const runtime = runtimeUnder(host.paths.bundle(container)) ?? host.runtime.path;
  const { exec } = runtime === host.runtime.path ? host.runtime : (await openHostToChange({ ...settings, runtime })).runtime;
  return { result: { kind: 'nothing' }, exitStatus: await exec(container, { args }) };
}
