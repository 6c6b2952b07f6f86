import { nearest } from './nearest.ts';
import { type Pointer, below } from './pointer.ts';
import { type KnownField, fieldBelow, itemsOf, namesOfFields } from './policy-fields.ts';
import type { Problem } from './problem.ts';

/** What a keyword of JSON Schema holds, and of which part of a container its schemas speak. */
type Holds = 'value' | 'names' | 'schema' | 'schemas' | 'items' | 'item-list' | 'properties' | 'named' | 'elsewhere' | 'elsewhere-list';

/**
 * The keywords of JSON Schema 2020-12 that a rule can use. Left out is what says something about a document
 * rather than a value (`$schema`, `$id`), and what a validator may pass over (`format`): a rule must not be idle.
 */
const keywords: Readonly<Record<string, Holds>> = {
  $ref: 'value',
  $defs: 'elsewhere-list',
  $comment: 'value',
  title: 'value',
  description: 'value',
  type: 'value',
  const: 'value',
  enum: 'value',
  multipleOf: 'value',
  minimum: 'value',
  maximum: 'value',
  exclusiveMinimum: 'value',
  exclusiveMaximum: 'value',
  pattern: 'value',
  minLength: 'value',
  maxLength: 'value',
  minItems: 'value',
  maxItems: 'value',
  uniqueItems: 'value',
  minContains: 'value',
  maxContains: 'value',
  minProperties: 'value',
  maxProperties: 'value',
  required: 'names',
  dependentRequired: 'named',
  dependentSchemas: 'named',
  properties: 'properties',
  patternProperties: 'elsewhere-list',
  additionalProperties: 'elsewhere',
  unevaluatedProperties: 'elsewhere',
  propertyNames: 'elsewhere',
  items: 'items',
  prefixItems: 'item-list',
  contains: 'items',
  unevaluatedItems: 'items',
  allOf: 'schemas',
  anyOf: 'schemas',
  oneOf: 'schemas',
  not: 'schema',
  if: 'schema',
  then: 'schema',
  else: 'schema',
};

const mends: Readonly<Record<string, string>> = {
  format: 'write pattern instead',
  definitions: 'write $defs',
  dependencies: 'write dependentRequired or dependentSchemas',
  $schema: 'remove it; rules are JSON Schema 2020-12',
  $id: 'remove it; $ref leads to #/$defs/… of the same schema',
};

interface Spot {
  readonly schema: unknown;
  readonly pointer: Pointer;
  /** The part of a container that the schema speaks of; undefined where nobody can say. */
  readonly field: KnownField | undefined;
}

/**
 * What would make a rule idle without anyone noticing: keywords that JSON Schema does not have, and fields
 * that no container has. Recursion is bounded: no file is nested deeper than 32.
 */
export function keywordProblems(schema: unknown, pointer: Pointer, field: KnownField | undefined): readonly Problem[] {
  if (!isMapping(schema)) return [];
  const found = Object.entries(schema).flatMap(([keyword, value]) => {
    const holds = Object.hasOwn(keywords, keyword) ? keywords[keyword] : undefined;
    const place = below(pointer, keyword);
    return holds === undefined ? [unknownKeyword(keyword, place)] : within(holds, { schema: value, pointer: place, field });
  });
  return [...found, ...openBounds({ schema, pointer, field })];
}

/** JSON Schema compares numbers alone: the text `max` would pass below any bound. */
function openBounds({ schema, pointer, field }: Spot & { readonly schema: Readonly<Record<string, unknown>> }): readonly Problem[] {
  const takesText = Array.isArray(field?.type) && field.type.includes('string');
  const bound = ['maximum', 'exclusiveMaximum'].find((keyword) => keyword in schema);
  if (!takesText || bound === undefined || ['type', 'const', 'enum'].some((keyword) => keyword in schema)) return [];
  return [{ pointer: below(pointer, bound), message: 'lets max through, which is no number', hint: 'add type: number', atKey: true }];
}

function within(holds: Holds, { schema: value, pointer, field }: Spot): readonly Problem[] {
  switch (holds) {
    case 'value':
      return [];
    case 'names':
      return Array.isArray(value) ? value.flatMap((name, index) => nameProblems(name, below(pointer, index), field)) : [];
    case 'schema':
      return keywordProblems(value, pointer, field);
    case 'schemas':
      return eachItem(value, (item, index) => keywordProblems(item, below(pointer, index), field));
    case 'items':
      return keywordProblems(value, pointer, itemsOf(field));
    case 'item-list':
      return eachItem(value, (item, index) => keywordProblems(item, below(pointer, index), itemsOf(field)));
    case 'properties':
      return eachEntry(value, (name, entry) => propertyProblems(name, { schema: entry, pointer: below(pointer, name), field }));
    case 'named':
      return eachEntry(value, (name, entry) => [
        ...nameProblems(name, below(pointer, name), field),
        ...(Array.isArray(entry) ? [] : keywordProblems(entry, below(pointer, name), field)),
      ]);
    case 'elsewhere':
      return keywordProblems(value, pointer, undefined);
    case 'elsewhere-list':
      return eachEntry(value, (name, entry) => keywordProblems(entry, below(pointer, name), undefined));
  }
}

function propertyProblems(name: string, { schema, pointer, field }: Spot): readonly Problem[] {
  const unknown = nameProblems(name, pointer, field);
  return unknown.length > 0 ? unknown : keywordProblems(schema, pointer, fieldBelow(field, name));
}

function nameProblems(name: unknown, pointer: Pointer, field: KnownField | undefined): readonly Problem[] {
  const names = namesOfFields(field);
  if (typeof name !== 'string' || names === undefined || names.includes(name)) return [];
  const guess = nearest(name, names);
  const hint = guess === undefined ? `write one of ${names.join(', ')}` : `did you mean ${guess}?`;
  return [{ pointer, message: 'is a field that no container has', got: JSON.stringify(name), hint, atKey: true }];
}

function unknownKeyword(keyword: string, pointer: Pointer): Problem {
  const guess = nearest(keyword, Object.keys(keywords));
  const hint = mends[keyword] ?? (guess === undefined ? 'remove it' : `did you mean ${guess}?`);
  return { pointer, message: 'is no keyword that a rule can use', hint, atKey: true };
}

function eachItem(value: unknown, judge: (item: unknown, index: number) => readonly Problem[]): readonly Problem[] {
  return Array.isArray(value) ? value.flatMap((item: unknown, index) => judge(item, index)) : [];
}

function eachEntry(value: unknown, judge: (name: string, entry: unknown) => readonly Problem[]): readonly Problem[] {
  return isMapping(value) ? Object.entries(value).flatMap(([name, entry]) => judge(name, entry)) : [];
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
