import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';

/** A parsed JSON Schema; only the keywords that the generators look at are named. */
export interface Schema {
  readonly [keyword: string]: unknown;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
}

const header = '// Made from schemas/container.schema.json by `npm run generate`. Do not edit.\n';

/** The generated files by name, from the schema of kind Container. Equal schemas give equal texts. */
export async function generateFiles(schema: Schema): Promise<Readonly<Record<string, string>>> {
  return {
    'container-types.ts': await typesOf(schema),
    'validate-container.js': validatorOf(schema),
    'validate-container.d.ts': validatorTypes(),
    'field-paths.ts': fieldPathsOf(schema),
  };
}

function typesOf(schema: Schema): Promise<string> {
  return compile(forTypes(schema), 'Container', {
    bannerComment: header,
    additionalProperties: false,
    format: false,
  });
}

/**
 * Drops what makes the type generator's output unreadable: a `oneOf` that only tells which fields exclude
 * each other, and annotations beside a `$ref`, for which it would make a second type.
 */
function forTypes(schema: Schema): Schema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => {
    if (key === 'oneOf' && Array.isArray(value) && value.every(isRequiredOnly)) return undefined;
    const isReference = typeof value === 'object' && value !== null && '$ref' in value;
    return isReference ? { $ref: value.$ref } : value;
  }) as Schema;
}

function isRequiredOnly(schema: unknown): boolean {
  return Object.keys(schema as object).join() === 'required';
}

/**
 * The validator as a module that needs nothing at run time. The schema keeps to keywords whose code is
 * self-contained: `maxLength` and `uniqueItems` over objects would import parts of ajv.
 */
function validatorOf(schema: Schema): string {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: true,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: true,
    verbose: true,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(['unit']);
  const code = standaloneCode.default(ajv, ajv.compile(schema));
  return `${header}// @ts-nocheck\n/* eslint-disable */\n${code}\n`;
}

function validatorTypes(): string {
  return `${header}import type { ErrorObject } from 'ajv';

export interface ValidateContainer {
  (value: unknown): boolean;
  errors?: ErrorObject[] | null;
}

export declare const validate: ValidateContainer;
`;
}

/** Every field below `spec` that drift can be told of, groups of fields included. */
function fieldPathsOf(schema: Schema): string {
  const spec = schema.$defs?.['spec'];
  const paths = spec === undefined ? [] : pathsBelow(schema, spec, '');
  const lines = paths.filter((path) => !/^(drift|replicas)\b/.test(path)).map((path) => `  '${path}',`);
  return `${header}
/** Every field below spec that a drift rule can name, groups of fields included. */
export const fieldPaths: ReadonlySet<string> = new Set([\n${lines.join('\n')}\n]);\n`;
}

function pathsBelow(root: Schema, schema: Schema, prefix: string): string[] {
  const paths: string[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    paths.push(path, ...pathsBelow(root, followRef(root, property), path));
  }
  return paths;
}

function followRef(root: Schema, schema: Schema): Schema {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  return root.$defs?.[$ref.replace('#/$defs/', '')] ?? schema;
}

if (import.meta.main) {
  const schemaFile = join(import.meta.dirname, 'container.schema.json');
  const folder = join(import.meta.dirname, '../src/manifest/generated');
  const files = await generateFiles(JSON.parse(readFileSync(schemaFile, 'utf8')) as Schema);
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}
