import type { ApplyResult } from '../apply/apply.ts';
import type { Plan } from '../plan/types.ts';
import type { StatusRow } from './status.ts';
import type { UnitFile } from './systemd-unit.ts';

/** What a command hands back to be shown. */
export type Result =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'applied'; readonly plan: Plan; readonly applied: ApplyResult; readonly durationMs: number }
  | { readonly kind: 'status'; readonly rows: readonly StatusRow[] }
  | { readonly kind: 'valid'; readonly files: number; readonly containers: number }
  | { readonly kind: 'units'; readonly units: readonly UnitFile[] }
  | { readonly kind: 'nothing' };

export type OutputFormat = 'text' | 'json' | 'markdown';

export const outputFormats: readonly OutputFormat[] = ['text', 'json', 'markdown'];
