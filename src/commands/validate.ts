import { relative, resolve } from 'node:path';
import { ReconcileError } from '../errors.ts';
import { sortDiagnostics } from '../manifest/diagnostic.ts';
import type { Finding } from '../manifest/finding.ts';
import { formatFinding, isOfPolicy, toFindings } from '../manifest/finding.ts';
import { resolveManifests } from '../manifest/manifest.ts';
import type { ReadPolicies } from '../manifest/policy.ts';
import { counted } from '../render/layout.ts';
import type { Screen } from '../render/screen.ts';
import type { Validation } from '../render/validate.ts';
import type { Flags, Invocation, Outcome } from './command.ts';
import { loadFiles, openSource } from './sources.ts';

/** Checks manifests, and holds their containers to policies. Throws the first kind of fault that there is, listing all. */
export async function run({ flags, operands, screen }: Invocation): Promise<Outcome> {
  const validation = await validate(operands, policyPaths(flags));
  const { findings } = validation;
  const result = { kind: 'validated', validation } as const;
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) {
    tellNotes(findings, screen);
    return { result };
  }
  // A report is whole whether or not there are faults; the text of them is the error itself.
  screen.show(result);
  throw faultsOf(errors, findings, screen.format);
}

async function validate(operands: readonly string[], paths: readonly string[]): Promise<Validation> {
  const source = await loadFiles(operands);
  const { desired, diagnostics } = resolveManifests(source);
  const policies = paths.length === 0 ? { rules: [], diagnostics: [] } : await loadPolicies(paths);
  const { judge } = await import('../manifest/policy-judge.ts');
  const judgement = judge(policies.rules, source, desired.containers);
  const findings = sortDiagnostics([
    ...toFindings(diagnostics, 'ERR_MANIFEST_INVALID'),
    ...toFindings(policies.diagnostics, 'ERR_POLICY_INVALID'),
    ...judgement.findings,
  ]) as readonly Finding[];
  const files = new Set(desired.containers.map(({ manifest }) => manifest.file)).size;
  return { files, containers: desired.containers.length, outcomes: judgement.outcomes, findings, inRepository };
}

function policyPaths({ policy }: Flags): readonly string[] {
  return Array.isArray(policy) ? (policy as readonly string[]) : [];
}

/** A path that holds no policy at all is refused: nobody gives one so that nothing is checked. */
async function loadPolicies(paths: readonly string[]): Promise<ReadPolicies> {
  for (const path of paths) {
    const { files, diagnostics } = await loadPolicyFiles([path]);
    if (files.length + diagnostics.length === 0) {
      throw new ReconcileError('ERR_SOURCE_UNREADABLE', `${path}: no policy there`, { hint: 'give --policy a file, or a folder with *.yaml files' });
    }
  }
  const { readPolicies } = await import('../manifest/policy.ts');
  return readPolicies(await loadPolicyFiles(paths));
}

async function loadPolicyFiles(paths: readonly string[]): ReturnType<typeof loadFiles> {
  try {
    return await (await openSource(paths)).load();
  } catch (error) {
    if (!(error instanceof ReconcileError)) throw error;
    throw new ReconcileError(error.code, `--policy ${error.message}`, { hint: 'give the file of a policy, or a folder of them', cause: error });
  }
}

/** Annotations and reports name files from the repository's folder on, wherever in it the program runs. */
function inRepository(file: string): string {
  const path = resolve(file);
  const workspace = process.env['GITHUB_WORKSPACE'] ?? process.env['CI_PROJECT_DIR'] ?? process.cwd();
  const below = relative(workspace, path);
  return below.startsWith('..') ? path : below;
}

function tellNotes(findings: readonly Finding[], screen: Screen): void {
  if (screen.format === 'github') return;
  for (const finding of findings) screen.note(`note: ${formatFinding(finding)}`);
}

/** In the format `github` each fault is a line of the log already. */
function faultsOf(errors: readonly Finding[], findings: readonly Finding[], format: Screen['format']): ReconcileError {
  const broken = errors.filter(isOfPolicy).length;
  const inPolicies = errors.filter(({ rule }) => rule === 'ERR_POLICY_INVALID').length;
  const inManifests = errors.length - broken - inPolicies;
  const title = [
    inManifests === 0 ? '' : `${counted(inManifests, 'fault')} in the manifests`,
    inPolicies === 0 ? '' : `${counted(inPolicies, 'fault')} in the policies`,
    broken === 0 ? '' : `rules broken in ${counted(broken, 'place')}`,
  ];
  const lines = format === 'github' ? [] : findings.map((finding) => `${finding.level === 'note' ? 'note: ' : ''}${formatFinding(finding)}`);
  const code = inManifests > 0 ? 'ERR_MANIFEST_INVALID' : inPolicies > 0 ? 'ERR_POLICY_INVALID' : 'ERR_POLICY_BROKEN';
  return new ReconcileError(code, [title.filter((part) => part !== '').join(', '), ...lines].join('\n'));
}
