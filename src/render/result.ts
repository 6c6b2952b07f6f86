import type { ApplyResult } from '../apply/apply.ts';
import type { Check } from '../host/doctor/check.ts';
import type { Plan } from '../plan/types.ts';
import type { StatusRow } from './status.ts';
import type { UnitFile } from './systemd-unit.ts';
import type { Validation } from './validate.ts';

/** What a command hands back to be shown. */
export type Result =
  | { readonly kind: 'plan'; readonly plan: Plan }
  | { readonly kind: 'applied'; readonly plan: Plan; readonly applied: ApplyResult; readonly durationMs: number }
  | { readonly kind: 'status'; readonly rows: readonly StatusRow[] }
  | { readonly kind: 'units'; readonly units: readonly UnitFile[] }
  | { readonly kind: 'doctor'; readonly checks: readonly Check[] }
  | { readonly kind: 'validated'; readonly validation: Validation }
  /** Printed as it is, whatever the format. */
  | { readonly kind: 'verbatim'; readonly text: string }
  | { readonly kind: 'nothing' };

export type OutputFormat = 'text' | 'json' | 'markdown' | 'github' | 'sarif';

/** What every command can print; some can more. */
export const outputFormats: readonly OutputFormat[] = ['text', 'json', 'markdown'];
