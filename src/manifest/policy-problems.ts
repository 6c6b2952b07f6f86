import { nearest } from './nearest.ts';
import type { ManifestDocument } from './parse.ts';
import { type Pointer, below } from './pointer.ts';
import { containerFields, fieldAt, itemsOf, namesOfFields } from './policy-fields.ts';
import { keywordProblems } from './policy-keywords.ts';
import { type Rule, type RuleCompiler, wholeSchema } from './policy-rule.ts';
import type { Problem } from './problem.ts';

/** A document that has the form of a policy. */
export interface Policy {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly rules: readonly Rule[] };
}

export interface RuleContext {
  readonly compiler: RuleCompiler;
  readonly document: ManifestDocument;
  /** The policies so far. */
  readonly names: Map<string, ManifestDocument>;
}

/** What is wrong with the rules of a policy that has the right form. */
export function ruleProblems({ metadata, spec }: Policy, { compiler, document, names }: RuleContext): readonly Problem[] {
  const first = names.get(metadata.name);
  names.set(metadata.name, first ?? document);
  const repeated = first === undefined ? [] : [repeatedName('/metadata/name', metadata.name, `${first.file}:${first.line}`)];
  return [...repeated, ...spec.rules.flatMap((rule, index) => problemsOf(rule, { index, all: spec.rules, compiler }))];
}

function repeatedName(pointer: Pointer, name: string, place: string): Problem {
  return { pointer, message: `is the name at ${place} too`, got: JSON.stringify(name), hint: 'give one of the two another name' };
}

interface Judged {
  readonly index: number;
  readonly all: readonly Rule[];
  readonly compiler: RuleCompiler;
}

function problemsOf(rule: Rule, { index, all, compiler }: Judged): readonly Problem[] {
  const pointer = `/spec/rules/${index}`;
  const earlier = all.findIndex(({ name }) => name === rule.name);
  const repeated = earlier === index ? [] : [repeatedName(`${pointer}/name`, rule.name, `spec.rules.${earlier}`)];
  const ofPath = pathProblems(rule, pointer);
  const field = rule.path === undefined ? containerFields : fieldAt(rule.path.split('.'));
  const found = [
    ...repeated,
    ...ofPath,
    ...keywordProblems(rule.schema, `${pointer}/schema`, field),
    ...keywordProblems(rule.match, `${pointer}/match`, containerFields),
  ];
  return found.length > 0 ? found : compileProblems(rule, pointer, compiler);
}

/** Each key of the path must be a field where the schema of containers knows all of them. */
function pathProblems({ path, optional }: Rule, rule: Pointer): readonly Problem[] {
  if (path === undefined) {
    const message = 'says nothing without path';
    return optional === undefined ? [] : [{ pointer: `${rule}/optional`, message, hint: 'add path, or remove it', atKey: true }];
  }
  const keys = path.split('.');
  const wrong = keys.findIndex((key, index) => !canFollow(keys.slice(0, index), key));
  if (wrong === -1) return [];
  const names = namesOfFields(fieldAt(keys.slice(0, wrong))) ?? [];
  const before = keys.slice(0, wrong).map((key) => `${key}.`).join('');
  return [{ pointer: `${rule}/path`, message: 'names no field of a container', got: path, hint: pathHint(before, keys[wrong] ?? '', names) }];
}

function pathHint(before: string, key: string, names: readonly string[]): string {
  const guess = nearest(key, names);
  if (guess !== undefined) return `did you mean ${before}${guess}?`;
  return names.length === 0 ? `nothing lies below ${before.slice(0, -1)}` : `write one of ${names.map((name) => before + name).join(', ')}`;
}

function canFollow(before: readonly string[], key: string): boolean {
  const field = fieldAt(before);
  if (key === '*') return itemsOf(field) !== undefined;
  return namesOfFields(field)?.includes(key) ?? typeof field?.additionalProperties === 'object';
}

function compileProblems(rule: Rule, pointer: Pointer, compiler: RuleCompiler): readonly Problem[] {
  return (['match', 'schema'] as const).flatMap((key) => {
    const schema = key === 'schema' ? wholeSchema(rule) : rule.match;
    const compiled = schema === undefined ? undefined : compiler.compile(schema);
    if (compiled === undefined || !('fault' in compiled)) return [];
    return [{ pointer: below(pointer, key), ...compiled.fault, atKey: true }];
  });
}
