import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../../src/manifest/diagnostic.ts';
import { formatDiagnostic } from '../../src/manifest/diagnostic.ts';
import { mergeFiles, resolveFile } from '../../src/manifest/manifest.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { openChance } from '../sim/chance.ts';
import { codecs } from '../support/codecs.ts';
import { observedState } from '../support/containers.ts';
import { runningAs } from '../support/model-states.ts';
import { mutate } from '../support/mutate.ts';
import { manifestKinds } from './manifest-kinds.ts';

/** `TRIALS=10` and a SEED try more and others. */
const trials = 500 * Math.max(1, Number(process.env['TRIALS'] ?? 1));
const seed = Number(process.env['SEED'] ?? 1);

/** A row of the table of faults. */
const malformed = { fault: 'a manifest is malformed', how: 'bytes flipped, spliced, doubled, cut out of fifty manifests, by a seed; any value at any field of the schema' };

const boundMs = 1_000;
const boundBytes = 256 * 2 ** 20;

describe('a manifest that was damaged', () => {
  it('is told line by line or asks for containers that a plan can be made of, at once, and with little memory', { timeout: 600_000 }, ({ task }) => {
    const chance = openChance(seed);
    const whole = mergeFiles({ revision: 'r', files: [], diagnostics: [] }, [resolveFile('x.yaml', manifestKinds[3] ?? '')]).desired;
    const observed = observedState(whole.containers.map((container) => runningAs(container, codecs.unified)), whole.containers);
    const wrong: string[] = [];
    const heapBefore = process.memoryUsage().heapUsed;
    let [slowestMs, largestBytes, good] = [0, 0, 0];
    for (let trial = 0; trial < trials; trial += 1) {
      const text = mutate(chance.pick(manifestKinds), chance.pick(manifestKinds), chance).toString('utf8');
      const begun = process.cpuUsage();
      try {
        const file = resolveFile('x.yaml', text);
        wrong.push(...faultsIn(file, text));
        const { desired } = mergeFiles({ revision: 'r', files: [], diagnostics: [] }, [file]);
        JSON.stringify(makePlan(desired, observed, codecs.unified, { allowPrune: true }));
        if (file.diagnostics.length === 0) good += 1;
      } catch (error) {
        wrong.push(`trial ${trial}: ${String(error)}: ${JSON.stringify(text.slice(0, 300))}`);
      }
      const { user, system } = process.cpuUsage(begun);
      slowestMs = Math.max(slowestMs, (user + system) / 1000);
      if (trial % 50 === 0) largestBytes = Math.max(largestBytes, process.memoryUsage().heapUsed - heapBefore);
    }

    task.meta.faultTrials = { ...malformed, trials };
    expect(wrong.slice(0, 5), `SEED=${seed}`).toEqual([]);
    expect(slowestMs).toBeLessThan(boundMs);
    expect(largestBytes).toBeLessThan(boundBytes);
    // Else nothing but the parser was tried.
    expect(good).toBeGreaterThan(trials / 100);
  });
});

function faultsIn({ documents, diagnostics }: ReturnType<typeof resolveFile>, text: string): string[] {
  const lines = text.split(/\r\n|\r|\n/).length;
  const faults = diagnostics.filter((one) => one.line < 1 || one.line > lines + 1 || one.column < 1 || one.hint === '' || one.message === '' || !formatDiagnostic(one).startsWith('x.yaml:'));
  const both = documents.length > 0 === diagnostics.length > 0 ? [`${documents.length} documents and ${diagnostics.length} diagnostics: ${JSON.stringify(text.slice(0, 300))}`] : [];
  return [...both, ...faults.map(formatDiagnostic)];
}

interface Node {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node | boolean;
  readonly items?: Node;
  readonly oneOf?: readonly Node[];
  readonly examples?: readonly unknown[];
}

const schema = JSON.parse(readFileSync(new URL('../../schemas/container.schema.json', import.meta.url), 'utf8')) as Node & { readonly $defs: Readonly<Record<string, Node>> };

/** The path of every field of the schema, items and keys of the user's own included. */
function fieldsOf(node: Node, path: readonly string[]): (readonly string[])[] {
  const full = node.$ref === undefined ? node : { ...schema.$defs[node.$ref.replace('#/$defs/', '')], ...node };
  const inner = [
    ...Object.entries(full.properties ?? {}),
    ...(typeof full.additionalProperties === 'object' ? [['key', full.additionalProperties] as const] : []),
    ...(full.items === undefined ? [] : [['0', full.items] as const]),
  ];
  const choices = (full.oneOf ?? []).filter(({ $ref }) => $ref !== undefined).flatMap((choice) => fieldsOf(choice, path).slice(1));
  return [path, ...choices, ...inner.flatMap(([key, child]) => fieldsOf(child, [...path, key]))];
}

const fields = fieldsOf(schema, []).slice(1);

/** What people and programs write by mistake, or on purpose. */
const oddValues: readonly unknown[] = [
  ...[null, true, false, 0, 1, -1, 1.5, 7, 1e21, 2 ** 53, -(2 ** 53), 4_294_967_295, 1e-7, [], {}, [[]], [null], [{}], { a: 1 }, { constructor: 1 }, { toString: null }],
  ...['', ' ', 'max', 'Max', 'host', '0', '-1', '1e3', '0x10', '010', '1.5Gi', '512m', '10s', '-1s', '1d', 'TERM', 'KILL', '/a', '/', '..', '/a/../b', 'a\0b', 'a\nb', '\u202eabc', 'é', 'null', '~', 'true'],
  ...['x'.repeat(300), '9'.repeat(30), '/x'.repeat(3_000), Array(50).fill('a'), Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 'v']))],
];

const minimum = { apiVersion: 'reconcile/v1', kind: 'Container', metadata: { name: 'web' }, spec: { rootfs: { path: '/srv' }, process: { args: ['/bin/httpd'] } } };

function withValue(path: readonly string[], value: unknown): unknown {
  const root = structuredClone(minimum) as Record<string, unknown>;
  if (path[1] === 'rootfs' && path.length > 2) (root['spec'] as Record<string, unknown>)['rootfs'] = {};
  let node: Record<string, unknown> | unknown[] = root;
  for (const [index, key] of path.slice(0, -1).entries()) {
    const inside = node;
    inside[key] ??= path[index + 1] === '0' ? [] : {};
    node = inside[key] as Record<string, unknown>;
  }
  (node)[path.at(-1) ?? ''] = value;
  return root;
}

describe('any value at any field of the schema', () => {
  const judge = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true }).addVocabulary(['unit']).compile(schema);

  it('is taken, or refused with its place, itself and what to write; and taken only where the published schema takes it', ({ task }) => {
    const wrong: string[] = [];
    let [taken, refused, stricter] = [0, 0, 0];
    const more = fc.sample(fc.jsonValue({ maxDepth: 3 }), { seed, numRuns: 5 * Math.max(1, Number(process.env['TRIALS'] ?? 1)) });
    for (const path of fields) {
      for (const value of [...oddValues, ...more]) {
        const text = JSON.stringify(withValue(path, value), undefined, 1);
        const { documents, diagnostics } = resolveFile('x.yaml', text);
        const bySchema = judge(JSON.parse(text));
        if (documents.length > 0) taken += 1;
        else refused += 1;
        if (documents.length === 0 && bySchema) stricter += 1;
        const told = diagnostics.map(formatDiagnostic).join(' | ');
        const where = `${path.join('.')} = ${JSON.stringify(value).slice(0, 100)}: ${told.slice(0, 300)}`;
        wrong.push(...faultsIn({ file: 'x.yaml', documents, diagnostics }, text));
        if (documents.length > 0 && !bySchema) wrong.push(`is taken, but not by the schema: ${where}`);
        if (diagnostics.some((one) => !tellsItself(one, path, value))) wrong.push(`does not tell the value: ${where}`);
      }
    }

    task.meta.faultTrials = { ...malformed, trials: taken + refused };
    expect(fields.length).toBeGreaterThan(70);
    expect(wrong.slice(0, 10), `SEED=${seed}`).toEqual([]);
    // Both answers were given, and the schema alone is not what refuses.
    expect([taken > 200, refused > 2_000, stricter > 200]).toEqual([true, true, true]);
  });
});

/** A short text or number in the wrong place is shown, but where it may be a secret, or is no more than the wrong key or an empty text. */
function tellsItself({ path, got, message }: Diagnostic, field: readonly string[], value: unknown): boolean {
  const isScalar = typeof value === 'number' || (typeof value === 'string' && value !== '');
  if (!isScalar || path !== field.join('.') || field.includes('env')) return true;
  return got !== undefined || /is not a known field|is not supported|does not go with|has a NUL|key/.test(message);
}
