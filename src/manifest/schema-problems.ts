import type { ErrorObject } from 'ajv';
import { showValue } from './diagnostic.ts';
import { nearest } from './nearest.ts';
import { type Pointer, below } from './pointer.ts';
import type { Problem } from './problem.ts';
import { listed, typeName } from './type-names.ts';

/** The parts of a field's schema that a message draws on. */
interface FieldSchema {
  /** Ends in "Required." where the field must be there. */
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly items?: FieldSchema;
}

/** One error of ajv's with what a message needs. */
interface Mistake {
  readonly error: ErrorObject;
  readonly schema: FieldSchema;
  /** The value as the manifest has it: `0x1F` rather than 31. */
  readonly got: string;
}

type Wording = Omit<Problem, 'pointer'> & { readonly pointer?: Pointer };

type Translate = (mistake: Mistake) => Wording;

/** Policy for each keyword of the schema; what has no entry is told in ajv's own words. */
const translations: Readonly<Record<string, Translate>> = {
  type: wrongType,
  enum: wrongChoice,
  required: missing,
  additionalProperties: unknownField,
  minimum: outOfRange,
  maximum: outOfRange,
  pattern: malformed,
  minItems: tooFew,
  uniqueItems: repeated,
  oneOf: noChoice,
};

/**
 * Turns what ajv found into problems that a reader of the manifest understands, without the noise of
 * `oneOf`. `sourceOf` tells how a plain scalar is written.
 */
export function schemaProblems(
  errors: readonly ErrorObject[],
  sourceOf: (pointer: Pointer) => string | undefined,
): readonly Problem[] {
  return withoutChoiceNoise(errors).map((error) => toProblem(error, sourceOf(error.instancePath)));
}

/**
 * ajv reports the errors of every alternative of a `oneOf`. Kept are those of the one alternative whose
 * type fits the value; where none fits, only the `oneOf` itself.
 */
function withoutChoiceNoise(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const dropped = new Set<ErrorObject>();
  for (const choice of errors.filter((error) => error.keyword === 'oneOf')) {
    const own = errors.filter((error) => error !== choice && error.instancePath === choice.instancePath);
    const alternatives = own.filter((error) => ['type', 'required', 'enum'].includes(error.keyword));
    for (const error of alternatives) dropped.add(error);
    const fitting = errors.filter((error) => fits(error, choice));
    if (fitting.length > 0) dropped.add(choice);
    for (const error of fitting) dropped.delete(error);
  }
  return errors.filter((error) => !dropped.has(error));
}

/** True for an error inside the alternative that the value was meant for. */
function fits(error: ErrorObject, choice: ErrorObject): boolean {
  if (choice.instancePath === error.instancePath) {
    return (error.keyword === 'enum' && typeof error.data === 'string') || error.keyword === 'additionalProperties';
  }
  return choice.params['passingSchemas'] === null && error.instancePath.startsWith(`${choice.instancePath}/`);
}

function toProblem(error: ErrorObject, source: string | undefined): Problem {
  const asWritten = typeof error.data === 'number' || typeof error.data === 'boolean' ? source : undefined;
  // A mapping with two thousand unknown fields is the value of two thousand errors that do not show it.
  const mistake = { error, schema: (error.parentSchema ?? {}) as FieldSchema, get got() { return asWritten ?? showValue(error.data); } };
  const translate = translations[error.keyword] ?? inOwnWords;
  return { pointer: error.instancePath, ...translate(mistake) };
}

function inOwnWords({ error, got }: Mistake): Wording {
  return { message: error.message ?? 'is wrong', got, hint: 'write what the schema of Container asks for' };
}

function wrongType(mistake: Mistake): Wording {
  const { schema, got } = mistake;
  const types = typesOf(schema);
  const names = types.map(typeName);
  return { message: `must be ${names.join(' or ')}`, got, hint: typeHint(mistake, types) };
}

function typesOf(schema: FieldSchema): readonly string[] {
  return typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
}

function typeHint({ error, schema, got }: Mistake, types: readonly string[]): string {
  const data: unknown = error.data;
  if (types.includes('string') && (typeof data === 'number' || typeof data === 'boolean')) {
    return types.length > 1 ? `write ${exampleOf(schema)}` : `quote it: "${got}"`;
  }
  if (types[0] === 'boolean' && typeof data === 'string') return booleanHint(data);
  const isQuoted = types.includes('integer') && typeof data === 'string' && /^\d{1,15}$/.test(data);
  if (isQuoted) return `write ${data} without quotes`;
  const isOptional = schema.description?.endsWith('Required.') !== true;
  return `write ${exampleOf(schema)}${data === null && isOptional ? ', or leave the field out' : ''}`;
}

function booleanHint(data: string): string {
  if (/^(yes|on|y|true)$/i.test(data)) return 'write true, without quotes; YAML 1.2 has no yes and no';
  if (/^(no|off|n|false)$/i.test(data)) return 'write false, without quotes; YAML 1.2 has no yes and no';
  return 'write true or false';
}

function wrongChoice({ error, got }: Mistake): Wording {
  const data: unknown = error.data;
  const allowed = (error.params['allowedValues'] as readonly unknown[]).map(String);
  const guess = typeof data === 'string' ? nearest(data, allowed) : undefined;
  const question = guess === undefined || allowed.length === 1 ? '' : `did you mean ${guess}? `;
  return { message: 'has an unknown value', got, hint: `${question}write ${listed(allowed)}` };
}

function missing({ error, schema }: Mistake): Wording {
  const name = String(error.params['missingProperty']);
  const example = exampleOf((schema.properties?.[name] ?? {}));
  const hint = `add ${name}: ${example.replace(/^a value such as /, '')}`;
  return { pointer: below(error.instancePath, name), message: 'is missing', hint };
}

function unknownField({ error, schema }: Mistake): Wording {
  const name = String(error.params['additionalProperty']);
  const known = Object.keys(schema.properties ?? {});
  const guess = nearest(name, known);
  const hint = guess === undefined ? `write one of ${known.join(', ')}` : `did you mean ${guess}?`;
  return { pointer: below(error.instancePath, name), message: 'is not a known field', hint, atKey: true };
}

function outOfRange({ error, schema, got }: Mistake): Wording {
  const bound = error.keyword === 'minimum' ? 'at least' : 'at most';
  return { message: `must be ${bound} ${String(error.params['limit'])}`, got, hint: `write ${rangeOf(schema)}` };
}

function rangeOf(schema: FieldSchema): string {
  const orMax = schema.pattern === '^max$' ? ', or max for no limit' : '';
  const noun = typesOf(schema).includes('integer') ? 'a whole number' : 'a number';
  if (schema.maximum === undefined) return `${noun} from ${schema.minimum ?? 0} up${orMax}`;
  return `${noun} from ${schema.minimum ?? 0} to ${schema.maximum}${orMax}`;
}

function malformed({ error, schema, got }: Mistake): Wording {
  const data: unknown = error.data;
  if (schema.pattern !== '^max$') return { message: 'is not well formed', got, hint: `write ${exampleOf(schema)}` };
  const unquoted = typeof data === 'string' && /^\d{1,15}(\.\d{1,15})?$/.test(data);
  const hint = unquoted ? `write ${data} without quotes` : `write ${rangeOf(schema)}`;
  return { message: 'is no number', got, hint };
}

function tooFew({ schema }: Mistake): Wording {
  return { message: 'is empty', hint: `write ${exampleOf(schema)}` };
}

function repeated({ error }: Mistake): Wording {
  const items = error.data as readonly unknown[];
  const first = Math.min(Number(error.params['i']), Number(error.params['j']));
  return { message: 'names the same thing twice', got: showValue(items[first]), hint: 'keep one of the two' };
}

/** Only `spec.drift` comes here: the alternatives of a root file system are a rule of their own. */
function noChoice({ schema, got }: Mistake): Wording {
  return { message: 'has the wrong form', got, hint: `write ${exampleOf(schema)}` };
}

function exampleOf(schema: FieldSchema): string {
  const example = schema.examples?.[0];
  return example === undefined ? 'a value of that kind' : `a value such as ${toFlow(example)}`;
}

/** A value as YAML on one line. */
function toFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toFlow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return toFlowScalar(value);
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${toFlow(field)}`);
  return `{${fields.join(', ')}}`;
}

function toFlowScalar(value: unknown): string {
  const text = String(value);
  const plain = typeof value !== 'string' || (/^[\w./][\w./ -]*$/.test(text) && Number.isNaN(Number(text)));
  return plain ? text : JSON.stringify(text);
}
