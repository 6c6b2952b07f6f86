import { createHash } from 'node:crypto';
import type { HostIdentity } from '../state/host-identity.ts';
import type { CgroupMode } from '../state/observed.ts';
import { isFlag, isNumber, isObject, isText, list, map, object, oneOf, optional, parseJson } from '../state/checks.ts';
import type { PlanOptions } from './plan.ts';
import type { Plan } from './types.ts';

/**
 * A plan to be carried out later, and what it was based on. It holds no desired state, which has secrets: the
 * manifests are read again, and must then be those of `plan.revision`.
 */
export interface SavedPlan {
  readonly format: 'reconcile-plan';
  readonly formatVersion: '1';
  /** ISO 8601, for people. */
  readonly savedAt: string;
  readonly host: HostIdentity & { readonly cgroupMode: CgroupMode };
  /** The instance on that host. */
  readonly instance: { readonly root: string; readonly data: string; readonly cgroupParent: string };
  /** The PATHs of the manifests, as given. */
  readonly paths: readonly string[];
  /** What was allowed, and what was kept for the host. */
  readonly options: SavedOptions;
  /** The init processes of the containers that the plan changes, by name. */
  readonly processes: Readonly<Record<string, SavedProcess>>;
  readonly plan: Plan;
}


export type SavedOptions = Pick<PlanOptions, 'allowHazards' | 'allowedMounts' | 'allowPrune' | 'reservations'>;

export interface SavedProcess {
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** How every saved plan begins, and no manifest does. */
const start = /^\s*\{\s*"format"\s*:\s*"reconcile-plan"/;

/** Whether a file is a saved plan, by its first characters: its name says nothing. */
export function isSavedPlan(text: string): boolean {
  return start.test(text);
}

/** As it lies in a file: one JSON document and its own digest, which tells damage from age. */
export function formatSavedPlan(saved: SavedPlan): string {
  const text = JSON.stringify(saved);
  return `${JSON.stringify({ ...saved, digest: digestOf(text) })}\n`;
}

/** The plan in `text`, or why it is none that this version can carry out. */
export function parseSavedPlan(text: string): SavedPlan | { readonly fault: string } {
  const value = parseJson(text);
  if (!isObject(value)) return { fault: 'is cut off or damaged' };
  if (value['formatVersion'] !== '1') return { fault: `has format version ${JSON.stringify(value['formatVersion'])}, and this reconcile knows version 1` };
  const { digest, ...content } = value;
  if (digest !== digestOf(JSON.stringify(content)) || !isSaved(content)) return { fault: 'is damaged, or was edited' };
  return content as unknown as SavedPlan;
}

function digestOf(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

const isSaved = object({
  format: oneOf('reconcile-plan'),
  savedAt: isText,
  host: object({ name: isText, cgroupMode: oneOf('unified', 'hybrid', 'legacy') }),
  instance: object({ root: isText, data: isText, cgroupParent: isText }),
  paths: list(isText),
  options: object({ allowHazards: optional(isFlag), allowedMounts: optional(list(isText)), allowPrune: optional(isFlag), reservations: optional(map(isNumber)) }),
  processes: map(object({ pid: isNumber, startTime: isNumber })),
  plan: object({
    revision: isText,
    host: object({ runtime: isText }),
    changes: list(object({ name: isText, action: isText, fields: list(object({ path: isText })) })),
    steps: list(object({ kind: isText, phase: isText, lane: isText })),
  }),
});
