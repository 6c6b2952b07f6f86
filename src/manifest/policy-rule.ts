import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Diagnostic } from './diagnostic.ts';
import type { Fault } from './fault.ts';

/** One rule as its policy writes it. */
export interface Rule {
  readonly name: string;
  readonly message: string;
  readonly hint?: string;
  readonly level?: 'error' | 'note';
  readonly match?: RuleSchema;
  readonly path?: string;
  readonly optional?: boolean;
  readonly schema: RuleSchema;
}

/** A JSON Schema. */
export type RuleSchema = boolean | Readonly<Record<string, unknown>>;

/** A rule that is ready to judge views of containers. */
export interface CompiledRule {
  /** POLICY/RULE */
  readonly id: string;
  readonly rule: Rule;
  /** Where the policy has it. */
  readonly place: Pick<Diagnostic, 'file' | 'line' | 'column' | 'path'>;
  isFor(view: unknown): boolean;
  /** What breaks the rule; empty where it is kept. */
  errorsOf(view: unknown): readonly ErrorObject[];
}

/** Turns schemas into functions. A policy is trusted as code is: its patterns can take exponential time. */
export interface RuleCompiler {
  compile(schema: RuleSchema): ValidateFunction | { readonly fault: Fault };
}

/** A compiler that refuses whatever a validator would pass over. */
export function createRuleCompiler(): RuleCompiler {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allErrors: true,
    verbose: true,
    // The schema of policies has been through it with the whole file.
    validateSchema: false,
    logger: false,
  });
  return { compile: (schema) => compileWith(ajv, schema) };
}

function compileWith(ajv: Ajv2020, schema: RuleSchema): ReturnType<RuleCompiler['compile']> {
  try {
    return ajv.compile(schema);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = `cannot be used: ${error.message.replace(/^strict mode: /, '').slice(0, 200)}`;
    return { fault: { message, hint: 'write it as JSON Schema 2020-12 has it' } };
  }
}

/** The rule's schema for the whole container: what `path` leads to must be there, unless it is optional, and fit. */
export function wholeSchema({ path, optional = false, schema }: Rule): RuleSchema {
  if (path === undefined) return schema;
  let whole = schema;
  for (const key of path.split('.').toReversed()) whole = outerSchema(key, whole, optional);
  // References lead from the whole schema's root.
  return typeof schema === 'object' && '$defs' in schema && typeof whole === 'object' ? { ...whole, $defs: schema['$defs'] } : whole;
}

function outerSchema(key: string, inner: RuleSchema, optional: boolean): RuleSchema {
  if (key === '*') return { type: 'array', items: inner };
  const properties = { [key]: inner };
  return optional ? { properties } : { properties, required: [key] };
}
