import { ReconcileError } from '../errors.ts';
import { openHostToChange } from '../host/host.ts';
import type { ResolvedManifests } from '../manifest/manifest.ts';
import type { SavedPlan } from '../plan/saved-plan.ts';
import type { Plan } from '../plan/types.ts';
import { counted } from '../render/layout.ts';
import type { Owners } from '../source/owners.ts';
import { carryOut } from './carry-out.ts';
import type { Invocation, Outcome } from './command.ts';
import { usageError } from './parse.ts';
import { findSavedPlan, requireFresh, requireSamePlace } from './saved-plan.ts';
import { loadValid, ownersOf, planOptionsOf } from './sources.ts';

/** Of manifests, or of one saved plan. */
export async function run(invocation: Invocation): Promise<Outcome> {
  const { flags, operands, settings, screen } = invocation;
  const owners = ownersOf(flags, process.env);
  const saved = findSavedPlan(operands, owners);
  if (saved !== undefined) return applySaved(saved, invocation);
  const { desired } = await loadValid(operands, owners);
  const asks = screen.interactive && flags['yes'] !== true;
  return carryOut(await openHostToChange(settings), desired, invocation, {
    ...planOptionsOf(flags),
    question: (plan) => (asks ? lossQuestion(plan) : undefined),
  });
}

/** Exactly the steps of the plan, or nothing. Nobody is asked: what is lost was there to be read when it was saved. */
async function applySaved(saved: SavedPlan, invocation: Invocation): Promise<Outcome> {
  const { flags, settings } = invocation;
  const given = Object.keys(flags).find((name) => name.startsWith('allow-'));
  if (given !== undefined) throw usageError(`--${given}: a saved plan has what was allowed when it was made`, `reconcile plan --${given} --out FILE`);
  requireSamePlace(saved, settings);
  const { desired } = await loadManifestsOf(saved, ownersOf(flags, process.env));
  return carryOut(await openHostToChange(settings), desired, invocation, {
    ...saved.options,
    question: () => undefined,
    agree: (planned) => { requireFresh(saved, planned); },
  });
}

async function loadManifestsOf({ paths }: SavedPlan, owners: Owners): Promise<ResolvedManifests> {
  try {
    return await loadValid(paths, owners);
  } catch (error) {
    if (!(error instanceof ReconcileError) || error.code !== 'ERR_SOURCE_UNREADABLE') throw error;
    const hint = `the plan holds no manifests, as these have secrets: run it where ${paths.join(' ')} can be read`;
    throw new ReconcileError(error.code, error.message, { hint, cause: error });
  }
}

/** What a person should agree to: whatever takes a running container away. */
function lossQuestion({ summary }: Plan): string | undefined {
  const losses = [
    summary.delete > 0 ? `delete ${counted(summary.delete, 'container')}` : '',
    summary.replace > 0 ? `replace ${counted(summary.replace, 'container')}` : '',
  ].filter((text) => text !== '');
  return losses.length === 0 ? undefined : `Really ${losses.join(' and ')}?`;
}
