import { type Diagnostic, formatDiagnostic } from './diagnostic.ts';

/** What `validate` has to say about one place in one file. */
export interface Finding extends Diagnostic {
  /** `note`: told, and nothing fails for it. */
  readonly level: 'error' | 'note';
  /** What it breaks: POLICY/RULE, or the code of an error for a file that is wrong in itself. */
  readonly rule: string;
}

/** One line: the diagnostic and, where a policy speaks, its rule in brackets. */
export function formatFinding(finding: Finding): string {
  const rule = isOfPolicy(finding) ? ` [${finding.rule}]` : '';
  return `${formatDiagnostic(finding)}${rule}`;
}

/** The finding without its place: `path: what is wrong (got VALUE); what to write`. */
export function describeFinding({ path, message, got, hint }: Finding): string {
  return `${path === '' ? '' : `${path}: `}${message}${got === undefined ? '' : ` (got ${got})`}; ${hint}`;
}

/** True where a rule of a policy is broken, rather than a file wrong in itself. */
export function isOfPolicy({ rule }: Finding): boolean {
  return rule.includes('/');
}

/** Errors for diagnostics. */
export function toFindings(diagnostics: readonly Diagnostic[], rule: 'ERR_MANIFEST_INVALID' | 'ERR_POLICY_INVALID'): readonly Finding[] {
  return diagnostics.map((diagnostic) => ({ ...diagnostic, level: 'error', rule }));
}
