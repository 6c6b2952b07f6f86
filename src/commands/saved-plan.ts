import { ReconcileError } from '../errors.ts';
import { readDocument, readStart, writeDocument } from '../host/document.ts';
import { hostIdentity } from '../host/identity.ts';
import type { Settings } from '../host/paths.ts';
import { formatSavedPlan, isSavedPlan, parseSavedPlan } from '../plan/saved-plan.ts';
import type { SavedOptions, SavedPlan, SavedProcess } from '../plan/saved-plan.ts';
import { staleFacts } from '../plan/staleness.ts';
import { staleLine } from '../render/stale-text.ts';
import type { Planned } from '../reconcile.ts';
import { pathProblem } from '../source/owners.ts';
import type { Owners } from '../source/owners.ts';
import { usageError } from './parse.ts';

export interface SaveOptions {
  /** PATHs of the manifests, as given. */
  readonly paths: readonly string[];
  readonly settings: Settings;
  readonly allowed: SavedOptions;
}

/** Writes a plan to `file` for a later `apply`. Throws ERR_PLAN_FILE. */
export function savePlan(file: string, { plan, observed }: Planned, { paths, settings, allowed }: SaveOptions): void {
  const { root, data, cgroupParent } = settings;
  const changing = new Set(plan.changes.filter(({ action }) => action !== 'none').map(({ name }) => name));
  const processes: Record<string, SavedProcess> = {};
  for (const { name, process } of observed.containers) {
    if (process !== undefined && changing.has(name)) processes[name] = { pid: process.pid, startTime: process.startTime };
  }
  const saved: SavedPlan = {
    format: 'reconcile-plan',
    formatVersion: '1',
    savedAt: new Date().toISOString(),
    host: { ...hostIdentity(), cgroupMode: observed.host.cgroupMode },
    instance: { root, data, cgroupParent },
    paths,
    options: allowed,
    processes,
    plan,
  };
  writeDocument(file, formatSavedPlan(saved));
}

const startBytes = 512;

/**
 * The saved plan that the operands name; undefined where they are manifests. A file's content decides, not its name.
 * Throws ERR_PLAN_FILE, also where others than `owners` can write it, and ERR_USAGE where it is not the only operand.
 */
export function findSavedPlan(operands: readonly string[], owners: Owners): SavedPlan | undefined {
  const file = operands.find((operand) => isSavedPlan(readStart(operand, startBytes) ?? ''));
  if (file === undefined) return undefined;
  if (operands.length > 1) throw usageError(`${file} is a saved plan, and stands alone`, `reconcile apply ${file}`);
  const problem = pathProblem(file, file, owners);
  if (problem !== undefined) throw new ReconcileError('ERR_PLAN_FILE', `${file}: ${problem.message}`, { hint: problem.hint });
  const saved = parseSavedPlan(readDocument(file));
  if (!('fault' in saved)) return saved;
  throw new ReconcileError('ERR_PLAN_FILE', `${file}: this saved plan ${saved.fault}`, { hint: 'make it again: reconcile plan --out FILE' });
}

/** Throws ERR_PLAN_FILE for a plan that was made on another host, or for another instance on this one. */
export function requireSamePlace({ host, instance }: SavedPlan, settings: Settings): void {
  const here = hostIdentity();
  const sameHost = host.id !== undefined && here.id !== undefined ? host.id === here.id : host.name === here.name;
  if (!sameHost) {
    const message = `the plan was made on host ${host.name}, this is ${here.name}`;
    throw new ReconcileError('ERR_PLAN_FILE', message, { hint: 'apply it there, or plan here' });
  }
  for (const [key, flag] of [['root', '--root'], ['data', '--data'], ['cgroupParent', '--cgroup-parent']] as const) {
    if (instance[key] === settings[key]) continue;
    const message = `the plan was made with ${flag} ${instance[key]}, this is ${settings[key]}`;
    throw new ReconcileError('ERR_PLAN_FILE', message, { hint: `give it too: ${flag} ${instance[key]}` });
  }
}

const hint = 'nothing was done; plan again, and look at the new plan';

/** After so many nobody reads on. */
const mostLines = 100;

/** Throws ERR_STALE_PLAN, a line for each thing that is different now. */
export function requireFresh(saved: SavedPlan, fresh: Planned): void {
  const facts = staleFacts(saved, fresh);
  if (facts.length === 0) return;
  const lines = facts.slice(0, mostLines).map((fact) => `stale plan: ${staleLine(fact)}`);
  const more = facts.length > mostLines ? [`stale plan: and ${facts.length - mostLines} more`] : [];
  throw new ReconcileError('ERR_STALE_PLAN', [...lines, ...more].join('\n'), { hint });
}
