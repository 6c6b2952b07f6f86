import { formatDiagnostic } from '../../src/manifest/diagnostic.ts';
import { formatFinding } from '../../src/manifest/finding.ts';
import { resolveManifests } from '../../src/manifest/manifest.ts';
import { judge } from '../../src/manifest/policy-judge.ts';
import type { Judgement } from '../../src/manifest/policy-judge.ts';
import { readPolicies } from '../../src/manifest/policy.ts';
import type { LoadedSource } from '../../src/source/source.ts';

/** A policy with one rule; `body` are the lines below its name and message, from line 8 on. */
export function policy(body: string, name = 'house'): string {
  return `apiVersion: reconcile/v1\nkind: Policy\nmetadata: {name: ${name}}\nspec:\n  rules:\n    - name: rule\n      message: as the house wants it\n      ${body.replaceAll('\n', '\n      ')}\n`;
}

export function sourceOf(...texts: readonly string[]): LoadedSource {
  return { revision: 'r', files: texts.map((text, index) => ({ file: `${'abc'[index]}.yaml`, text })), diagnostics: [] };
}

/** The faults of policies as they are printed. */
export function faultsOf(...texts: readonly string[]): readonly string[] {
  return readPolicies(sourceOf(...texts)).diagnostics.map(formatDiagnostic);
}

/** What a right policy makes of manifests that are right. */
export function judgementOf(policyText: string, ...manifests: readonly string[]): Judgement {
  const { rules, diagnostics } = readPolicies({ revision: 'p', files: [{ file: 'policy.yaml', text: policyText }], diagnostics: [] });
  const source = sourceOf(...manifests);
  const { desired, diagnostics: faults } = resolveManifests(source);
  const wrong = [...diagnostics, ...faults].map(formatDiagnostic);
  if (wrong.length > 0) throw new Error(wrong.join('\n'));
  return judge(rules, source, desired.containers);
}

export function findingsOf(policyText: string, ...manifests: readonly string[]): readonly string[] {
  return judgementOf(policyText, ...manifests).findings.map((finding) => `${finding.level} ${formatFinding(finding)}`);
}
