import type { ErrorObject } from 'ajv';
import { showValue } from './diagnostic.ts';
import { formatDuration } from './duration.ts';
import { type Pointer, fieldPathOf } from './pointer.ts';
import type { Rule } from './policy-rule.ts';
import { formatBytes } from './quantity.ts';
import { listed, typeName } from './type-names.ts';

type Wording = (error: ErrorObject, pointer: Pointer) => string;

/** What to write, by the keyword that a container does not fit. */
const wordings: Readonly<Record<string, Wording>> = {
  type: ({ params }) => `write ${typeWords(params['type'])}`,
  const: ({ params }, pointer) => `write ${shownField(params['allowedValue'], pointer)}`,
  enum: ({ params }, pointer) => `write ${listed((params['allowedValues'] as readonly unknown[]).map((value) => shownField(value, pointer)))}`,
  minimum: ({ params }, pointer) => `write ${shownField(params['limit'], pointer)} or more`,
  maximum: ({ params }, pointer) => `write ${shownField(params['limit'], pointer)} or less`,
  exclusiveMinimum: ({ params }, pointer) => `write more than ${shownField(params['limit'], pointer)}`,
  exclusiveMaximum: ({ params }, pointer) => `write less than ${shownField(params['limit'], pointer)}`,
  multipleOf: ({ params }, pointer) => `write a multiple of ${shownField(params['multipleOf'], pointer)}`,
  pattern: ({ params }) => `write what fits ${String(params['pattern'])}`,
  minLength: ({ params }) => `write at least ${String(params['limit'])} characters`,
  maxLength: ({ params }) => `write at most ${String(params['limit'])} characters`,
  minItems: ({ params }) => `list at least ${String(params['limit'])}`,
  maxItems: ({ params }) => `list at most ${String(params['limit'])}`,
  dependentRequired: ({ params }) => `add ${String(params['missingProperty'])}`,
  additionalProperties: () => 'remove it',
  unevaluatedProperties: () => 'remove it',
  'false schema': () => 'remove it',
};

/** What to write instead, where the rule itself does not say. Drawn from the rule's schema, never from the container. */
export function ruleHint(error: ErrorObject, pointer: Pointer, rule: Rule): string {
  if (error.keyword === 'required') return additionHint(pointer, rule);
  const wording = Object.hasOwn(wordings, error.keyword) ? wordings[error.keyword] : undefined;
  return wording === undefined ? 'write what the rule asks' : wording(error, pointer);
}

/** With the value where only one will do. */
function additionHint(pointer: Pointer, { path: asked, schema }: Rule): string {
  const path = fieldPathOf(pointer);
  const value = path === asked && typeof schema === 'object' && 'const' in schema ? `: ${shownField(schema['const'], pointer)}` : '';
  return `add ${path}${value}`;
}

function typeWords(type: unknown): string {
  const types = Array.isArray(type) ? type.map(String) : [String(type)];
  return listed(types.map(typeName));
}

/** A value as a manifest would write it: sizes and durations with their units. */
export function shownField(value: unknown, pointer: Pointer): string {
  if (typeof value === 'number' && isSize(pointer)) return formatBytes(value);
  if (typeof value === 'number' && isDuration(pointer)) return formatDuration(value * 1000);
  return typeof value === 'string' && /^[\w./-]+$/.test(value) ? value : showValue(value);
}

function isSize(pointer: Pointer): boolean {
  return /^\/spec\/(resources\/memory\/|resources\/io\/max\/\d+\/[rw]bps$|mounts\/\d+\/size$)/.test(pointer);
}

function isDuration(pointer: Pointer): boolean {
  return /^\/spec\/(restart\/backoff\/|stop\/timeout$)/.test(pointer);
}
