import type { Plan } from '../plan/types.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';

/** Exit status 2 with --detailed-exitcode where something would change, 1 where a container is refused. */
export async function run(invocation: Invocation): Promise<Outcome> {
  requireOneForm(invocation.flags);
  const plan = await makePlan(invocation);
  const changes = plan.changes.some(({ action }) => action !== 'none');
  const result = { kind: 'plan', plan } as const;
  if (plan.summary.refused > 0) return { result, exitStatus: 1 };
  return { result, exitStatus: changes && invocation.flags['detailed-exitcode'] === true ? 2 : 0 };
}

/** Each form loads what it needs: those without this host run where there is no kernel to look at. */
async function makePlan(invocation: Invocation): Promise<Plan> {
  const { from, state } = invocation.flags;
  if (typeof from === 'string') return (await import('./plan-revisions.ts')).planRevisions(from, invocation);
  if (typeof state === 'string') return (await import('./plan-snapshot.ts')).planSnapshot(state, invocation);
  return (await import('./plan-host.ts')).planHost(invocation);
}

function requireOneForm(flags: Flags): void {
  if (flags['to'] !== undefined && flags['from'] === undefined) throw usageError('--to needs --from', 'reconcile plan --from REV --to REV');
  const forms = ['out', 'state', 'from'].filter((name) => flags[name] !== undefined);
  if (forms.length < 2) return;
  const hint = forms.includes('out') ? 'only a plan for this host as it is now can be applied later' : 'compare with a host, or compare two revisions';
  throw usageError(`--${forms.join(' does not go with --')}`, hint);
}
