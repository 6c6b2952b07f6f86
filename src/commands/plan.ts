import { openHost } from '../host/host.ts';
import { plan } from '../reconcile.ts';
import type { Invocation, Outcome } from './command.ts';
import { loadValid, planOptionsOf } from './sources.ts';

/** Exit status 2 with --detailed-exitcode where something would change, 1 where a container is refused. */
export async function run({ flags, operands, settings }: Invocation): Promise<Outcome> {
  const { desired } = await loadValid(operands);
  const planned = plan(await openHost(settings), desired, planOptionsOf(flags));
  const changes = planned.plan.changes.some(({ action }) => action !== 'none');
  const result = { kind: 'plan', plan: planned.plan } as const;
  if (planned.plan.summary.refused > 0) return { result, exitStatus: 1 };
  return { result, exitStatus: changes && flags['detailed-exitcode'] === true ? 2 : 0 };
}
