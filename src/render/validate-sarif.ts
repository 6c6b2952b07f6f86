import packageJson from '../../package.json' with { type: 'json' };
import { errorCodes } from '../errors.ts';
import type { Finding } from '../manifest/finding.ts';
import { describeFinding } from '../manifest/finding.ts';
import type { Validation } from './validate.ts';

/** A report in SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
export function validateSarif(validation: Validation): object {
  const rules = rulesOf(validation);
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'reconcile', semanticVersion: packageJson.version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { '%SRCROOT%': { description: { text: "The repository's folder." } } },
        results: validation.findings.map((finding) => resultOf(finding, indexOf, validation)),
      },
    ],
  };
}

interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly help?: { readonly text: string };
  readonly defaultConfiguration: { readonly level: 'error' | 'note' };
}

/** The rules of the policies, and two of our own for files that are wrong in themselves. */
function rulesOf({ outcomes }: Validation): readonly SarifRule[] {
  const own = (['ERR_MANIFEST_INVALID', 'ERR_POLICY_INVALID'] as const).map((id) => toRule(id, errorCodes[id], {}));
  return [...own, ...outcomes.map(({ rule: { id, rule } }) => toRule(id, rule.message, rule))];
}

function toRule(id: string, text: string, { level = 'error', hint }: { readonly level?: 'error' | 'note'; readonly hint?: string }): SarifRule {
  const help = hint === undefined ? {} : { help: { text: hint } };
  return { id, shortDescription: { text }, ...help, defaultConfiguration: { level } };
}

function resultOf(finding: Finding, indexOf: ReadonlyMap<string, number>, { inRepository }: Validation): object {
  const { rule, level, file, line, column, path } = finding;
  const index = indexOf.get(rule);
  const physicalLocation = {
    artifactLocation: artifactOf(inRepository(file)),
    region: { startLine: line, startColumn: column },
  };
  const field = path === '' ? {} : { logicalLocations: [{ fullyQualifiedName: path, kind: 'member' }] };
  return {
    ruleId: rule,
    ...(index === undefined ? {} : { ruleIndex: index }),
    level,
    message: { text: describeFinding(finding) },
    locations: [{ physicalLocation, ...field }],
  };
}

/** A reference (RFC 3986) from the repository's folder on, or an absolute one where the file lies elsewhere. */
function artifactOf(path: string): { readonly uri: string; readonly uriBaseId?: string } {
  const uri = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? { uri: `file://${uri}` } : { uri, uriBaseId: '%SRCROOT%' };
}
