import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import policySchema from '../../schemas/policy.schema.json' with { type: 'json' };
import type { LoadedSource } from '../source/source.ts';
import { type Diagnostic, sortDiagnostics } from './diagnostic.ts';
import { type ManifestDocument, parseManifest } from './parse.ts';
import { type Pointer, valueAt } from './pointer.ts';
import { type Policy, ruleProblems } from './policy-problems.ts';
import { type CompiledRule, type RuleCompiler, createRuleCompiler, wholeSchema } from './policy-rule.ts';
import { type Problem, locate } from './problem.ts';
import { parseBytes } from './quantity.ts';
import { schemaProblems } from './schema-problems.ts';

export interface ReadPolicies {
  /** In the order of the files and of the rules in them. Of a policy with a fault there is none. */
  readonly rules: readonly CompiledRule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads policies, each as strictly as a manifest: what would make a rule idle is a fault. It never throws. */
export function readPolicies(source: LoadedSource): ReadPolicies {
  const parsed = source.files.map(({ file, text }) => parseManifest(file, text));
  const diagnostics = [...source.diagnostics, ...parsed.flatMap((one) => one.diagnostics).map(asPolicyFault)];
  const checkForm = new Ajv2020({ strict: false, allErrors: true, verbose: true, logger: false }).compile(policySchema);
  const compiler = createRuleCompiler();
  const names = new Map<string, ManifestDocument>();
  const rules: CompiledRule[] = [];
  for (const document of parsed.flatMap(({ documents }) => documents)) {
    const value = plain(document.value);
    const errors = checkForm(value) ? [] : (checkForm.errors ?? []);
    const problems = errors.length > 0 ? formProblems(errors, document) : ruleProblems(value as Policy, { document, names, compiler });
    diagnostics.push(...problems.map((problem) => locate(document, problem)));
    if (problems.length === 0) rules.push(...compileRules(value as Policy, document, compiler));
  }
  return { rules, diagnostics: sortDiagnostics(diagnostics) };
}

/** The reader of files speaks of manifests. */
function asPolicyFault(diagnostic: Diagnostic): Diagnostic {
  return { ...diagnostic, message: toPolicyWords(diagnostic.message), hint: toPolicyWords(diagnostic.hint) };
}

function toPolicyWords(text: string): string {
  return text.replace('a manifest', 'a policy').replace('manifests', 'policies');
}

/** Ordinary objects, which the validator needs: parsed mappings have no prototype. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value)) as unknown;
}

/** One a field: of all that the schema of schemas says about a value, what tells most. */
function formProblems(errors: readonly ErrorObject[], document: ManifestDocument): readonly Problem[] {
  const telling = errors.filter(({ keyword }) => !['anyOf', 'allOf', '$ref', '$dynamicRef'].includes(keyword));
  const ranked = telling.toSorted((a, b) => Number(b.keyword === 'enum') - Number(a.keyword === 'enum'));
  const byPointer = new Map<Pointer, Problem>();
  for (const problem of schemaProblems(ranked, (pointer) => document.placeOf(pointer)?.source)) {
    if (!byPointer.has(problem.pointer)) byPointer.set(problem.pointer, withNumberHint(problem, document));
  }
  const problems = [...byPointer.values()];
  // Another kind of document has none of a policy's fields: to list them all would hide the one mistake.
  const otherKind = problems.filter(({ pointer }) => pointer === '/kind');
  return otherKind.length > 0 ? otherKind : problems;
}

/** A bound written as 256Mi is meant as a number. */
function withNumberHint(problem: Problem, { value }: ManifestDocument): Problem {
  const given = valueAt(value, problem.pointer);
  const reading = problem.message.includes('number') && typeof given === 'string' ? parseBytes(given) : undefined;
  if (reading === undefined || 'fault' in reading) return problem;
  return { ...problem, hint: `write ${reading.value} without quotes: sizes in schemas are bytes` };
}

function compileRules({ metadata, spec }: Policy, document: ManifestDocument, compiler: RuleCompiler): readonly CompiledRule[] {
  return spec.rules.map((rule, index) => {
    const offset = document.placeOf(`/spec/rules/${index}`)?.offset ?? 0;
    const fits = compiler.compile(wholeSchema(rule));
    const matches = rule.match === undefined ? undefined : compiler.compile(rule.match);
    if ('fault' in fits || (matches !== undefined && 'fault' in matches)) throw new TypeError(`a checked rule is wrong: ${rule.name}`);
    return {
      id: `${metadata.name}/${rule.name}`,
      rule,
      place: { file: document.file, ...document.positionOf(offset), path: `spec.rules.${index}` },
      isFor: (view) => matches === undefined || matches(view),
      errorsOf: (view) => (fits(view) ? [] : (fits.errors ?? [])),
    };
  });
}
