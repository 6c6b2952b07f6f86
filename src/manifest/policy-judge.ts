import type { ErrorObject } from 'ajv';
import type { LoadedSource } from '../source/source.ts';
import type { DesiredContainer } from '../state/desired.ts';
import { showValue, sortDiagnostics } from './diagnostic.ts';
import type { Finding } from './finding.ts';
import { type ManifestDocument, parseManifest } from './parse.ts';
import { type Pointer, below, valueAt } from './pointer.ts';
import type { CompiledRule, Rule } from './policy-rule.ts';
import { type View, viewOf } from './policy-view.ts';
import { ruleHint, shownField } from './policy-wording.ts';
import { locate } from './problem.ts';

/** How one rule fared. */
export interface RuleOutcome {
  readonly rule: CompiledRule;
  /** Manifests that it is for; replicas count as one. */
  readonly judged: number;
  /** Manifests that break it. */
  readonly broken: number;
}

export interface Judgement {
  /** In reading order; a rule that is for no manifest at all is a note at the rule itself. */
  readonly findings: readonly Finding[];
  readonly outcomes: readonly RuleOutcome[];
}

/** Holds the containers of all valid manifests to the rules. Replicas of one manifest are judged once. */
export function judge(rules: readonly CompiledRule[], source: LoadedSource, containers: readonly DesiredContainer[]): Judgement {
  const cases = casesOf(source, containers);
  const judged = rules.map((rule) => judgeAll(rule, cases));
  const found = judged.flatMap(({ findings }) => findings);
  const idle = cases.length === 0 ? [] : judged.filter((one) => one.judged === 0).map(({ rule }) => idleRule(rule));
  const findings = sortDiagnostics([...found, ...idle]) as readonly Finding[];
  return { findings, outcomes: judged.map(({ rule, judged: count, broken }) => ({ rule, judged: count, broken })) };
}

/** One manifest with what it resolves to. */
interface Case {
  readonly document: ManifestDocument;
  readonly view: View;
}

/** The documents are read once more, for the place of each field; most runs have no policy and need none. */
function casesOf({ files }: LoadedSource, containers: readonly DesiredContainer[]): readonly Case[] {
  const firsts = new Map<string, DesiredContainer>();
  for (const container of containers) {
    const key = placeKey(container.manifest);
    if (!firsts.has(key)) firsts.set(key, container);
  }
  const used = new Set([...firsts.values()].map(({ manifest }) => manifest.file));
  const documents = files.filter(({ file }) => used.has(file)).flatMap(({ file, text }) => parseManifest(file, text).documents);
  return documents.flatMap((document) => {
    const first = firsts.get(placeKey(document));
    return first === undefined ? [] : [{ document, view: viewOf(first, document.value) }];
  });
}

function placeKey({ file, line }: { readonly file: string; readonly line: number }): string {
  return `${line}:${file}`;
}

function judgeAll(rule: CompiledRule, cases: readonly Case[]): RuleOutcome & { readonly findings: readonly Finding[] } {
  const meant = cases.filter(({ view }) => rule.isFor(view));
  const perCase = meant.map((one) => findingsOf(rule, one)).filter((findings) => findings.length > 0);
  return { rule, judged: meant.length, broken: perCase.length, findings: perCase.flat() };
}

function findingsOf(compiled: CompiledRule, one: Case): readonly Finding[] {
  const byPointer = new Map<Pointer, Finding>();
  for (const error of withoutAlternatives(compiled.errorsOf(one.view))) {
    const pointer = pointerOf(error, compiled.rule);
    if (!byPointer.has(pointer)) byPointer.set(pointer, findingOf(compiled, one, { error, pointer }));
  }
  return [...byPointer.values()];
}

/** Errors inside the alternatives of a keyword say less than that none of them fits; those of an `if` say more. */
function withoutAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const choices = errors.filter(({ keyword }) => ['anyOf', 'oneOf', 'contains', 'propertyNames'].includes(keyword));
  return errors.filter((error) => {
    const inside = choices.some(({ schemaPath }) => error.schemaPath.startsWith(`${schemaPath}/`));
    return error.keyword !== 'if' && !inside;
  });
}

/** The field that the error is about; for one that is missing or too much, the error stands at what is around it. */
function pointerOf({ instancePath, params, keyword }: ErrorObject, { path }: Rule): Pointer {
  const child: unknown = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty'] ?? params['propertyName'];
  if (typeof child !== 'string' || keyword === 'not') return instancePath;
  const pointer = below(instancePath, child);
  return keyword === 'required' && path !== undefined ? pathPointer(pointer, path.split('.')) : pointer;
}

/** Where a part of the rule's path is missing, it is the whole path that is asked for. */
function pathPointer(pointer: Pointer, keys: readonly string[]): Pointer {
  const depth = pointer.split('/').length - 1;
  const rest = keys.slice(depth);
  return rest.includes('*') ? pointer : rest.reduce(below, pointer);
}

function findingOf({ id, rule }: CompiledRule, { document, view }: Case, { error, pointer }: { error: ErrorObject; pointer: Pointer }): Finding {
  const { message, hint = ruleHint(error, pointer, rule), level = 'error' } = rule;
  const got = shownValue(pointer, document, view);
  return { ...locate(document, { pointer, message, hint, ...(got === undefined ? {} : { got }) }), level, rule: id };
}

/** As the manifest writes it, or what stands for it there. Never the value of an environment variable. */
function shownValue(pointer: Pointer, { placeOf, value }: ManifestDocument, view: View): string | undefined {
  const filledIn = valueAt(view, pointer);
  if (filledIn === undefined) return 'nothing';
  if (pointer.startsWith('/spec/process/env/') || (typeof filledIn === 'object' && !isEmpty(filledIn))) return undefined;
  const place = placeOf(pointer);
  return place === undefined ? `${shownField(filledIn, pointer)}, the default` : (place.source ?? showValue(valueAt(value, pointer)));
}

function isEmpty(collection: object | null): boolean {
  return collection !== null && Object.keys(collection).length === 0;
}

function idleRule({ id, place, rule }: CompiledRule): Finding {
  const message = 'is for no container here';
  const hint = rule.match === undefined ? 'remove it' : 'look at match, which fits none';
  return { ...place, message, hint, level: 'note', rule: id };
}
