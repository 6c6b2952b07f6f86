import { openHostToChange } from '../host/host.ts';
import { counted } from '../render/layout.ts';
import type { DesiredState } from '../state/desired.ts';
import { carryOut } from './carry-out.ts';
import type { Invocation, Outcome } from './command.ts';
import { requireName } from './names.ts';
import { usageError } from './parse.ts';

/** Converges to a desired state without the named containers, or without any. */
export async function run(invocation: Invocation): Promise<Outcome> {
  const { flags, operands, settings, screen } = invocation;
  const sure = flags['yes'] === true;
  if (!sure && !screen.interactive) {
    throw usageError('destroy needs --yes where nobody can be asked', `reconcile destroy --yes${operands.map((name) => ` ${name}`).join('')}`);
  }
  const host = await openHostToChange(settings);
  const only = operands.length === 0 ? {} : { only: new Set(operands.map((name) => requireName(name, host))) };
  const outcome = await carryOut(host, nothing, invocation, {
    ...only,
    destroy: true,
    allowPrune: true,
    allowHazards: true,
    question: ({ summary }) => (sure || summary.delete === 0 ? undefined : `Really delete ${counted(summary.delete, 'container')}?`),
  });
  if (operands.length > 0 || outcome.exitStatus !== 0) return outcome;
  host.cgroups.removeParentIfEmpty();
  await host.runtime.unmark();
  return outcome;
}

const nothing: DesiredState = { revision: 'none', containers: [], complete: true };
