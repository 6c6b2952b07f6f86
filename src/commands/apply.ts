import { openHost } from '../host/host.ts';
import type { Plan } from '../plan/types.ts';
import { counted } from '../render/layout.ts';
import { carryOut } from './carry-out.ts';
import type { Invocation, Outcome } from './command.ts';
import { loadValid, planOptionsOf } from './sources.ts';

export async function run(invocation: Invocation): Promise<Outcome> {
  const { flags, operands, settings, screen } = invocation;
  const { desired } = await loadValid(operands);
  const asks = screen.interactive && flags['yes'] !== true;
  return carryOut(await openHost(settings), desired, invocation, {
    ...planOptionsOf(flags),
    question: (plan) => (asks ? lossQuestion(plan) : undefined),
  });
}

/** What a person should agree to: whatever takes a running container away. */
function lossQuestion({ summary }: Plan): string | undefined {
  const losses = [
    summary.delete > 0 ? `delete ${counted(summary.delete, 'container')}` : '',
    summary.replace > 0 ? `replace ${counted(summary.replace, 'container')}` : '',
  ].filter((text) => text !== '');
  return losses.length === 0 ? undefined : `Really ${losses.join(' and ')}?`;
}
