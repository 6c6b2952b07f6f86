import type { Finding } from '../manifest/finding.ts';
import { describeFinding, isOfPolicy } from '../manifest/finding.ts';
import { escapeText } from './escape.ts';
import { validateText } from './validate-text.ts';
import type { Validation } from './validate.ts';

/**
 * A workflow command of GitHub Actions for each finding: an annotation at its line. Escaping as actions/toolkit has it:
 * https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
 */
export function validateGithub(validation: Validation): string {
  const { findings, inRepository } = validation;
  return findings.map((finding) => `${annotation(finding, inRepository)}\n`).join('') + validateText(validation);
}

function annotation(finding: Finding, inRepository: Validation['inRepository']): string {
  const { level, file, line, column, rule } = finding;
  const properties = { file: inRepository(file), line, col: column, title: isOfPolicy(finding) ? rule : titles[rule] };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapeProperty(escapeText(String(value)))}`);
  return `::${level === 'error' ? 'error' : 'notice'} ${written.join(',')}::${escapeData(escapeText(describeFinding(finding)))}`;
}

const titles: Readonly<Record<string, string>> = {
  ERR_MANIFEST_INVALID: 'Manifest',
  ERR_POLICY_INVALID: 'Policy',
};

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
