import { crossProblems } from './cross-checks.ts';
import { type Diagnostic, showValue } from './diagnostic.ts';
import { type FieldCheck, fieldChecks } from './field-checks.ts';
import type { Container } from './generated/container-types.ts';
import { validate } from './generated/validate-container.js';
import type { ManifestDocument, Place } from './parse.ts';
import { type Pointer, below } from './pointer.ts';
import { type Problem, locate, withoutSecret } from './problem.ts';
import { schemaProblems } from './schema-problems.ts';

export type Validated = { readonly container: Container } | { readonly diagnostics: readonly Diagnostic[] };

/** Judges one document without looking at any host. All its errors are returned, at most one a field. */
export function validateDocument(document: ManifestDocument): Validated {
  const { value } = document;
  if (value === null) return { diagnostics: [locate(document, emptyDocument)] };
  if (typeof value === 'object' && 'kind' in value && isLaterKind(value.kind)) {
    return { diagnostics: [locate(document, laterKind(value.kind))] };
  }
  if (typeof value === 'object' && 'kind' in value && value.kind === 'Policy') return { diagnostics: [locate(document, misplacedPolicy)] };
  const problems = findProblems(document);
  if (problems.length > 0) return { diagnostics: problems.map((problem) => locate(document, withoutSecret(problem))) };
  return { container: value as Container };
}

const emptyDocument: Problem = {
  pointer: '',
  message: 'the document is empty',
  hint: 'write a manifest that begins with apiVersion: reconcile/v1, or remove the ---',
};

const misplacedPolicy: Problem = {
  pointer: '/kind',
  message: 'is no manifest but a policy',
  got: '"Policy"',
  hint: 'keep policies in a folder of their own, for reconcile validate --policy',
};

const laterKinds = ['Network', 'Volume', 'Tenant', 'Profile'];

function isLaterKind(kind: unknown): kind is string {
  return typeof kind === 'string' && laterKinds.includes(kind);
}

function laterKind(kind: string): Problem {
  const hint = 'write Container, or remove the document';
  return { pointer: '/kind', message: 'is not supported yet', got: JSON.stringify(kind), hint };
}

function findProblems({ value, places }: ManifestDocument): readonly Problem[] {
  // Field checks first: where both find fault with a field, they know more than the schema.
  const checked = fieldChecks.flatMap((check) => checkField(check, value, places));
  const errors = validate(value) ? [] : (validate.errors ?? []);
  const ofSchema = schemaProblems(errors, (pointer) => places.get(pointer)?.source);
  const byPointer = new Map<Pointer, Problem>();
  for (const problem of [...checked, ...crossProblems(value), ...ofSchema]) {
    if (!byPointer.has(problem.pointer)) byPointer.set(problem.pointer, problem);
  }
  return [...byPointer.values()];
}

interface Found {
  readonly pointer: Pointer;
  readonly key: string;
  readonly value: unknown;
}

function checkField(check: FieldCheck, root: unknown, places: ReadonlyMap<Pointer, Place>): readonly Problem[] {
  return find(root, check.pattern).flatMap(({ pointer, key, value }) => {
    const text = check.key ? key : textOf(value, check, places.get(pointer));
    const fault = text === undefined ? undefined : check.faultOf(text);
    if (fault === undefined) return [];
    const got = check.key ? showValue(key) : (shownNumber(value, places.get(pointer)) ?? showValue(value));
    const { key: atKey = false, fixedHint = false } = check;
    return [{ pointer, ...fault, got, atKey, fixedHint }];
  });
}

function find(root: unknown, pattern: readonly string[]): readonly Found[] {
  let found: readonly Found[] = [{ pointer: '', key: '', value: root }];
  for (const step of pattern) found = found.flatMap((outer) => children(outer, step));
  return found;
}

function children({ pointer, value }: Found, step: string): readonly Found[] {
  if (typeof value !== 'object' || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = step === '*' ? Object.keys(fields) : [step].filter((key) => Object.hasOwn(fields, key));
  return keys.map((key) => ({ pointer: below(pointer, key), key, value: fields[key] }));
}

/** The value as text, or undefined where the schema alone has a say. */
function textOf(value: unknown, check: FieldCheck, place: Place | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || check.textOnly) return undefined;
  return place?.source ?? String(value);
}

function shownNumber(value: unknown, place: Place | undefined): string | undefined {
  return typeof value === 'number' ? place?.source : undefined;
}
