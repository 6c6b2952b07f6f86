import type { Finding } from '../manifest/finding.ts';
import type { RuleOutcome } from '../manifest/policy-judge.ts';

/** What `validate` found. */
export interface Validation {
  /** Files that have containers and no fault. */
  readonly files: number;
  readonly containers: number;
  /** In the order of the policies given. */
  readonly outcomes: readonly RuleOutcome[];
  /** In reading order. */
  readonly findings: readonly Finding[];
  /** Path from the repository's folder, for a file as the user named it. */
  readonly inRepository: (file: string) => string;
}

/** True where no finding is an error. */
export function isValid({ findings }: Validation): boolean {
  return findings.every(({ level }) => level !== 'error');
}
