import { compareRevisions } from '../plan/revisions.ts';
import type { Plan } from '../plan/types.ts';
import { openGitSource } from '../source/git.ts';
import type { DesiredState } from '../state/desired.ts';
import type { Invocation } from './command.ts';
import { loadValid, manifestPaths, planOptionsOf, requireValid } from './sources.ts';

/** From one git revision to another, or to the files as they are: it needs git and the repository, and no host. */
export async function planRevisions(from: string, { flags, operands, screen }: Invocation): Promise<Plan> {
  const to = flags['to'];
  const before = await loadRevision(from, operands, true);
  const after = typeof to === 'string' ? await loadRevision(to, operands, false) : (await loadValid(operands)).desired;
  if (before.containers.length === 0) screen.note(`${from} has no container in ${manifestPaths(operands).join(' ')}: all of it is new.`);
  return compareRevisions(before, after, planOptionsOf(flags));
}

/** A revision from before the manifests were there asks for nothing. */
async function loadRevision(revision: string, operands: readonly string[], absentIsEmpty: boolean): Promise<DesiredState> {
  const source = openGitSource({ revision, paths: manifestPaths(operands), cwd: process.cwd(), env: process.env, absentIsEmpty });
  return requireValid(await source.load(), ` of ${revision}`).desired;
}
