import { openHost } from '../host/host.ts';
import type { Plan } from '../plan/types.ts';
import { plan } from '../reconcile.ts';
import type { Invocation } from './command.ts';
import { savePlan } from './saved-plan.ts';
import { loadValid, manifestPaths, ownersOf, planOptionsOf } from './sources.ts';

/** The plan for this host as it is now; with --out it is saved too, which is all that is ever written. */
export async function planHost({ flags, operands, settings, screen }: Invocation): Promise<Plan> {
  const { desired } = await loadValid(operands, ownersOf(flags, process.env));
  const allowed = planOptionsOf(flags);
  const planned = plan(await openHost(settings), desired, allowed);
  const file = flags['out'];
  if (typeof file !== 'string') return planned.plan;
  savePlan(file, planned, { paths: manifestPaths(operands), settings, allowed });
  screen.note(`Saved. To do exactly this, or nothing: reconcile apply ${file}`);
  return planned.plan;
}
