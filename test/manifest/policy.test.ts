import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { faultsOf, policy, sourceOf } from './policy-fixture.ts';
import { readPolicies } from '../../src/manifest/policy.ts';

describe('a policy', () => {
  it('gives its rules, each with its place and its full name', () => {
    const { rules, diagnostics } = readPolicies(sourceOf(policy('schema: true')));

    expect(diagnostics).toEqual([]);
    expect(rules.map(({ id, place }) => ({ id, place }))).toEqual([
      { id: 'house/rule', place: { file: 'a.yaml', line: 6, column: 7, path: 'spec.rules.0' } },
    ]);
  });

  it('can stand with others in one file', () => {
    const { rules, diagnostics } = readPolicies(sourceOf(`${policy('schema: true')}---\n${policy('schema: true', 'other')}`));

    expect(diagnostics).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(['house/rule', 'other/rule']);
  });

  it.each([
    // form
    ['an unknown field', 'schema: true\nhnt: x', 'a.yaml:9:7: spec.rules.0.hnt: is not a known field; did you mean hint?'],
    ['no schema', 'hint: x', 'a.yaml:6:7: spec.rules.0.schema: is missing; add schema: {type: integer}'],
    ['an unknown level', 'schema: true\nlevel: warn', 'a.yaml:9:14: spec.rules.0.level: has an unknown value (got "warn"); write error or note'],
    ['a second schema', 'schema: true\nschema: false', 'a.yaml:9:7: spec.rules.0.schema: stands twice: first at line 8, column 7; keep one of the two'],
    // keywords
    ['a misspelt keyword', 'schema: {maxium: 1}', 'a.yaml:8:16: spec.rules.0.schema.maxium: is no keyword that a rule can use; did you mean maximum?'],
    ['a misspelt keyword far below', 'schema: {anyOf: [{not: {requird: [spec]}}]}', 'a.yaml:8:31: spec.rules.0.schema.anyOf.0.not.requird: is no keyword that a rule can use; did you mean required?'],
    ['a format, which is not checked', 'path: metadata.name\nschema: {format: hostname}', 'a.yaml:9:16: spec.rules.0.schema.format: is no keyword that a rule can use; write pattern instead'],
    ['an unknown type', 'schema: {type: intger}', 'a.yaml:8:22: spec.rules.0.schema.type: has an unknown value (got "intger"); did you mean integer? write array, boolean, integer, null, number, object or string'],
    ['a bound with a unit', 'path: spec.resources.memory.max\nschema: {maximum: 1Gi}', 'a.yaml:9:25: spec.rules.0.schema.maximum: must be a number (got "1Gi"); write 1073741824 without quotes: sizes in schemas are bytes'],
    ['a bound that max slips through', 'path: spec.resources.memory.max\nschema: {maximum: 1024}', 'a.yaml:9:16: spec.rules.0.schema.maximum: lets max through, which is no number; add type: number'],
    ['an if without then', 'schema: {if: {type: string}}', 'a.yaml:8:7: spec.rules.0.schema: cannot be used: "if" without "then" and "else" is ignored; write it as JSON Schema 2020-12 has it'],
    ['a reference to elsewhere', 'schema: {$ref: "http://example.org/x"}', "a.yaml:8:7: spec.rules.0.schema: cannot be used: can't resolve reference http://example.org/x from id #; write it as JSON Schema 2020-12 has it"],
    ['a wrong regular expression', 'path: metadata.name\nschema: {pattern: "["}', 'a.yaml:9:7: spec.rules.0.schema: cannot be used: Invalid regular expression: /[/u: Unterminated character class; write it as JSON Schema 2020-12 has it'],
    // fields that no container has
    ['a field that no container has', 'schema: {properties: {spce: {}}}', 'a.yaml:8:29: spec.rules.0.schema.properties.spce: is a field that no container has (got "spce"); did you mean spec?'],
    ['a required field that no container has', 'path: spec.resources\nschema: {required: [memroy]}', 'a.yaml:9:27: spec.rules.0.schema.required.0: is a field that no container has (got "memroy"); did you mean memory?'],
    ['a field of an item that no item has', 'path: spec.mounts\nschema: {items: {required: [dest]}}', 'a.yaml:9:35: spec.rules.0.schema.items.required.0: is a field that no container has (got "dest"); write one of type, source, target, readonly, size'],
    ['an unknown field in match', 'schema: true\nmatch: {properties: {metadata: {required: [label]}}}', 'a.yaml:9:50: spec.rules.0.match.properties.metadata.required.0: is a field that no container has (got "label"); did you mean labels?'],
    ['a dependency on a field that no container has', 'path: spec\nschema: {dependentRequired: {hostnam: [mounts]}}', 'a.yaml:9:36: spec.rules.0.schema.dependentRequired.hostnam: is a field that no container has (got "hostnam"); did you mean hostname?'],
    // paths
    ['a path to nowhere', 'path: spec.resource.memory.max\nschema: true', 'a.yaml:8:13: spec.rules.0.path: names no field of a container (got spec.resource.memory.max); did you mean spec.resources?'],
    ['a path that goes too deep', 'path: spec.replicas.max\nschema: true', 'a.yaml:8:13: spec.rules.0.path: names no field of a container (got spec.replicas.max); nothing lies below spec.replicas'],
    ['items of what is no list', 'path: spec.*\nschema: true', 'a.yaml:8:13: spec.rules.0.path: names no field of a container (got spec.*); write one of spec.replicas, spec.rootfs, spec.process, spec.hostname, spec.resources, spec.namespaces, spec.mounts, spec.restart, spec.stop, spec.drift'],
    ['optional without a path', 'schema: true\noptional: true', 'a.yaml:9:7: spec.rules.0.optional: says nothing without path; add path, or remove it'],
  ])('with %s is refused at that place', (_case, body, fault) => {
    expect(faultsOf(policy(body))).toEqual([fault]);
  });

  it('with a fault gives no rule, and another one gives its own', () => {
    const { rules, diagnostics } = readPolicies(sourceOf(policy('schema: {maxium: 1}'), policy('schema: true', 'other')));

    expect(diagnostics).toHaveLength(1);
    expect(rules.map(({ id }) => id)).toEqual(['other/rule']);
  });

  it.each(['path: spec.process.env.PATH', 'path: metadata.labels.app', 'path: spec.mounts.*.readonly', 'path: spec.resources.io.max.*.wbps', 'path: spec.drift.default'])(
    'can be about %s',
    (path) => {
      expect(faultsOf(policy(`${path}\nschema: true`))).toEqual([]);
    },
  );

  it('has a name that no other one has', () => {
    expect(faultsOf(policy('schema: true'), policy('schema: true'))).toEqual([
      'b.yaml:3:18: metadata.name: is the name at a.yaml:1 too (got "house"); give one of the two another name',
    ]);
  });

  it('has rules of different names', () => {
    const twice = policy('schema: true') + '    - {name: rule, message: m, schema: true}\n';

    expect(faultsOf(twice)).toEqual(['a.yaml:9:14: spec.rules.1.name: is the name at spec.rules.0 too (got "rule"); give one of the two another name']);
  });

  it('is told from a manifest by one line', () => {
    expect(faultsOf('apiVersion: reconcile/v1\nkind: Container\nmetadata: {name: web}\nspec: {}\n')).toEqual([
      'a.yaml:2:7: kind: has an unknown value (got "Container"); write Policy',
    ]);
  });

  it('that is empty is a fault', () => {
    expect(faultsOf('')).toEqual(['a.yaml:1:1: the file has no document; write a policy that begins with apiVersion: reconcile/v1, or remove the file']);
  });
});

describe('the published schema of policies', () => {
  const schema = JSON.parse(readFileSync('schemas/policy.schema.json', 'utf8')) as { $defs: { rule: { properties: Record<string, { examples?: unknown[] }> } } };

  it('takes its own examples', () => {
    const ajv = new Ajv2020({ strict: true, strictTypes: false });
    const rule = ajv.compile({ ...schema.$defs.rule, $defs: schema.$defs });
    const base = { name: 'rule', message: 'm', schema: true };
    const examples = Object.entries(schema.$defs.rule.properties).flatMap(([name, { examples: values = [] }]) => values.map((value) => ({ ...base, [name]: value })));

    expect(examples.length).toBeGreaterThan(8);
    for (const example of examples) expect([example, rule(example)]).toEqual([example, true]);
  });

  it('has a description and an example for each field', () => {
    const bare = Object.entries(schema.$defs.rule.properties).filter(([, property]) => !('description' in property) || !('examples' in property));

    expect(bare).toEqual([]);
  });
});
