import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { fieldPaths } from '../../src/manifest/generated/field-paths.ts';
import { type Schema, generateFiles } from '../../schemas/generate.ts';

const root = join(import.meta.dirname, '../..');
const schema = JSON.parse(readFileSync(join(root, 'schemas/container.schema.json'), 'utf8')) as Schema;

interface Property {
  readonly path: string;
  readonly required: boolean;
  readonly schema: Schema;
}

/** Every property with the keywords of what it refers to, its own first. */
function properties(node: Schema, path: string): readonly Property[] {
  const required = (node['required'] ?? []) as readonly string[];
  return Object.entries(node.properties ?? {}).flatMap(([name, property]) => {
    const full = { ...followed(property), ...property };
    return [{ path: `${path}.${name}`, required: required.includes(name), schema: full }, ...properties(full, `${path}.${name}`), ...itemProperties(full, `${path}.${name}`)];
  });
}

function itemProperties(node: Schema, path: string): readonly Property[] {
  const items = node['items'] as Schema | undefined;
  return items === undefined ? [] : properties({ ...followed(items), ...items }, `${path}.*`);
}

function followed(node: Schema): Schema {
  const { $ref } = node;
  return (typeof $ref === 'string' ? schema.$defs?.[$ref.replace('#/$defs/', '')] : undefined) ?? {};
}

const all = [...properties(schema, ''), ...properties(schema.$defs?.['driftRules'] ?? {}, '.spec.drift')];

describe('every property of the schema', () => {
  it('is found', () => {
    expect(all.length).toBeGreaterThan(60);
    expect(all.map(({ path }) => path)).toContain('.spec.resources.io.max.*.rbps');
  });

  it.each(all.map((property) => [property.path, property] as const))('%s is documented', (_, { required, schema: property }) => {
    expect(property['description']).toMatch(/^\S.{5,}\.$/);
    expect(property['examples']).not.toHaveLength(0);
    if (required) expect(property['description']).toContain('Required.');
    const text = String(property['description']);
    const saysDefault = property['default'] !== undefined || /Absent: |Required\.|exactly one|Not supported yet|Absolute path of a folder|with type bind only|made of the host's own/.test(text);
    expect(saysDefault).toBe(true);
  });

  it.each(all.filter(({ schema: { type } }) => type === 'integer' || type === 'number' || (Array.isArray(type) && type.length === 2)).map((property) => [property.path, property] as const))(
    '%s has a unit',
    (_, { schema: property }) => {
      expect(property['unit']).toMatch(/\S/);
    },
  );

  it('has examples and defaults that the schema itself takes', () => {
    const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true });
    ajv.addVocabulary(['unit']);
    ajv.addSchema(schema, 'container');

    for (const { path, schema: property } of all) {
      const { $ref: _, ...own } = property;
      const check = ajv.compile({ ...own, $defs: schema.$defs });
      const values = [...((property['examples'] ?? []) as readonly unknown[]), ...('default' in property ? [property['default']] : [])];
      for (const value of values) expect([path, value, check(value)]).toEqual([path, value, true]);
    }
  });
});

const generated = await generateFiles(schema);

describe('the generated files', () => {
  it.each(Object.entries(generated))('%s is up to date', (name, text) => {
    expect(readFileSync(join(root, 'src/manifest/generated', name), 'utf8')).toBe(text);
  });

  it('need no module at run time and no eval', () => {
    const code = readFileSync(join(root, 'src/manifest/generated/validate-container.js'), 'utf8');

    expect(code).not.toMatch(/\brequire\(|^import |\beval\(|new Function/m);
    expect(code).toContain('export const validate');
  });

  it('know every field that drift can be told of', () => {
    const expected = all.map(({ path }) => path).filter((path) => path.startsWith('.spec.') && !path.includes('*') && !/^\.spec\.(drift|replicas)\b/.test(path));

    expect([...fieldPaths].sort()).toEqual(expected.map((path) => path.slice('.spec.'.length)).sort());
  });
});
