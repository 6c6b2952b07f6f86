import { checksOf } from '../host/doctor/checks.ts';
import { readHealth } from '../host/doctor/health.ts';
import type { Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';

/** Exit status 1 where something does not work here, or is not safe. */
export async function run({ operands, settings }: Invocation): Promise<Outcome> {
  const [extra] = operands;
  if (extra !== undefined) throw usageError(`doctor takes no operand, got ${extra}`, 'reconcile doctor');
  const checks = checksOf(await readHealth(settings));
  return { result: { kind: 'doctor', checks }, exitStatus: checks.some(({ state }) => state === 'bad') ? 1 : 0 };
}
