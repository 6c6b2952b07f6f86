import { pathsOf } from '../host/paths.ts';
import { printLog } from '../host/runtime/logs.ts';
import { ReconcileError, errnoOf } from '../errors.ts';
import { isContainerName } from '../state/container-name.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';

/** Prints what a container wrote, to the streams it wrote to. */
export async function run({ flags, operands, settings, screen, signal }: Invocation): Promise<Outcome> {
  const [name, ...more] = operands;
  if (name === undefined || more.length > 0) throw usageError('logs needs the NAME of one container', 'reconcile logs web-0');
  const tail = tailOf(flags);
  const options = {
    ...screen.streams,
    ...(tail === undefined ? {} : { tail }),
    follow: flags['follow'] === true,
    signal: AbortSignal.any([signal, screen.closed]),
  };
  const found = isContainerName(name) && (await print({ ...options, path: pathsOf(settings).log(name) }));
  if (!found) throw new ReconcileError('ERR_NOT_FOUND', `${name}: no container of that name has written a log here`, { hint: 'reconcile status lists all' });
  return { result: { kind: 'nothing' } };
}

/** A reader that goes away has seen enough. */
async function print(options: Parameters<typeof printLog>[0]): Promise<boolean> {
  try {
    return await printLog(options);
  } catch (error) {
    if (errnoOf(error) === 'EPIPE') return true;
    throw error;
  }
}

function tailOf({ tail }: Flags): number | undefined {
  if (typeof tail !== 'string') return undefined;
  if (/^\d{1,9}$/.test(tail)) return Number(tail);
  throw usageError(`--tail: not a number of lines (got ${tail})`, '--tail 20');
}
