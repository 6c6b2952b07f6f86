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

/** Judges one document without looking at any host. Its errors are returned, at most one a field and two hundred in all. */
export function validateDocument(document: ManifestDocument): Validated {
  const { value } = document;
  if (value === null) return { diagnostics: [locate(document, emptyDocument)] };
  if (typeof value === 'object' && 'kind' in value && isLaterKind(value.kind)) {
    return { diagnostics: [locate(document, laterKind(value.kind))] };
  }
  if (typeof value === 'object' && 'kind' in value && value.kind === 'Policy') return { diagnostics: [locate(document, misplacedPolicy)] };
  const problems = findProblems(document);
  if (problems.length > 0) return { diagnostics: problems.slice(0, problemLimit).map((problem) => locate(document, withoutSecret(problem))) };
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

/** Of one document; more help nobody, and a list can have ten thousand wrong items. */
const problemLimit = 200;

/** Of ajv's, which tells some faults several times. */
const errorLimit = 5 * problemLimit;

function findProblems({ value, placeOf }: ManifestDocument): readonly Problem[] {
  // Field checks first: where both find fault with a field, they know more than the schema.
  const checked = checkFields(value, placeOf);
  const errors = validate(value) ? [] : (validate.errors ?? []).slice(0, errorLimit);
  const ofSchema = schemaProblems(errors, (pointer) => placeOf(pointer)?.source);
  const byPointer = new Map<Pointer, Problem>();
  for (const problem of [...checked, ...crossProblems(value), ...ofSchema]) {
    if (!byPointer.has(problem.pointer)) byPointer.set(problem.pointer, problem);
  }
  return [...byPointer.values()];
}

/** The checks by the keys on the way to what they look at, so that one walk over a document does them all. */
interface Branch {
  readonly checks: FieldCheck[];
  readonly below: Map<string, Branch>;
}

const trunk = growBranches(fieldChecks);

function growBranches(checks: readonly FieldCheck[]): Branch {
  const root: Branch = { checks: [], below: new Map() };
  for (const check of checks) {
    let branch = root;
    for (const step of check.pattern) {
      const next = branch.below.get(step) ?? { checks: [], below: new Map() };
      branch.below.set(step, next);
      branch = next;
    }
    branch.checks.push(check);
  }
  return root;
}

interface Walk {
  readonly placeOf: ManifestDocument['placeOf'];
  /** The keys on the way. A pointer is put together only where it is asked for. */
  readonly keys: string[];
  readonly problems: Problem[];
}

function checkFields(root: unknown, placeOf: ManifestDocument['placeOf']): readonly Problem[] {
  const problems: Problem[] = [];
  checkBelow(root, trunk, { placeOf, keys: [], problems });
  return problems;
}

/** Recursion is bounded by the longest pattern. */
function checkBelow(value: unknown, branch: Branch, walk: Walk): void {
  if (typeof value !== 'object' || value === null) return;
  const fields = value as Readonly<Record<string, unknown>>;
  for (const [step, next] of branch.below) {
    if (step === '*') for (const key of Object.keys(fields)) checkField(key, fields[key], { branch: next, walk });
    else if (Object.hasOwn(fields, step)) checkField(step, fields[step], { branch: next, walk });
  }
}

function checkField(key: string, value: unknown, { branch, walk }: { readonly branch: Branch; readonly walk: Walk }): void {
  const { keys, placeOf, problems } = walk;
  keys.push(key);
  const pointer = (): Pointer => keys.reduce(below, '');
  for (const check of branch.checks) {
    const text = check.key === true ? key : textOf(value, check, () => placeOf(pointer()));
    const fault = text === undefined ? undefined : check.faultOf(text);
    if (fault === undefined) continue;
    const got = check.key === true ? showValue(key) : (shownNumber(value, placeOf(pointer())) ?? showValue(value));
    const { key: atKey = false, fixedHint = false } = check;
    problems.push({ pointer: pointer(), ...fault, got, atKey, fixedHint });
  }
  checkBelow(value, branch, walk);
  keys.pop();
}

/** The value as text, or undefined where the schema alone has a say. */
function textOf(value: unknown, check: FieldCheck, place: () => Place | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number' || check.textOnly) return undefined;
  return place()?.source ?? String(value);
}

function shownNumber(value: unknown, place: Place | undefined): string | undefined {
  return typeof value === 'number' ? place?.source : undefined;
}
